package dev.treadle.training.torchrun;

import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.AdapterWriter;
import dev.treadle.training.finetune.TrainingRequest;
import dev.treadle.training.settings.Interval;
import dev.treadle.training.settings.LearningRate;
import dev.treadle.training.settings.Precision;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.settings.Tuning;
import dev.treadle.training.tensor.ParameterPlan;
import dev.treadle.training.tensor.Parameters;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The folder {@code torchrun} of a run: all that its processes need, so that it can be run by hand.
 */
final class RunFiles {
  static final String FOLDER = "torchrun";
  static final String SCRIPT = "treadle_torchrun.py";
  static final String SETTINGS = "settings.json";
  static final String PROGRESS = "progress.jsonl";
  static final String OUTPUT = "output.txt";
  private static final String DEEPSPEED = "deepspeed.json";
  private static final String TRAIN = "train.safetensors";
  private static final String VALIDATION = "validation.safetensors";

  private final Path folder;

  RunFiles(Path output) {
    this.folder = output.toAbsolutePath().normalize().resolve(FOLDER);
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  Path folder() {
    return folder;
  }

  /** Writes all of it, in place of what an earlier run of the same folder left. */
  void write(
      RunPlan train,
      Optional<RunPlan> validation,
      ObjectNode settings,
      Optional<ObjectNode> deepSpeed) {
    try (InputStream script = RunFiles.class.getResourceAsStream(SCRIPT)) {
      if (script == null) {
        throw new IllegalStateException("no resource " + SCRIPT);
      }
      Files.createDirectories(folder);
      Files.write(path(SCRIPT), script.readAllBytes());
      for (String it : List.of(TRAIN, VALIDATION, DEEPSPEED)) {
        Files.deleteIfExists(path(it));
      }
      SequenceFile.write(path(TRAIN), train);
      validation.ifPresent(it -> SequenceFile.write(path(VALIDATION), it));
      if (deepSpeed.isPresent()) {
        Files.writeString(path(DEEPSPEED), Json.pretty(deepSpeed.get()) + "\n");
      }
      Files.writeString(path(SETTINGS), Json.pretty(settings) + "\n");
    } catch (IOException e) {
      throw TrainingError.writing(folder, e);
    }
  }

  /** Writes the words of a command as a script that a shell runs. */
  Path writeCommand(List<String> words, int threads) {
    Path file = path("run.sh");
    String text =
        "#!/bin/sh\n# Trains; add --resume-from checkpoint-N to go on. Then: treadle train … --resume"
            + " checks the result and brings it to final_model.\nexport OMP_NUM_THREADS="
            + threads
            + " HF_HUB_OFFLINE=1 TOKENIZERS_PARALLELISM=false\nexec "
            + Shell.words(words)
            + " \"$@\"\n";
    try {
      Files.writeString(file, text, StandardCharsets.UTF_8);
      if (!file.toFile().setExecutable(true, true)) {
        throw new IOException("its mode cannot be set");
      }
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
    return file;
  }

  /** What the script reads of a run. */
  static ObjectNode settings(
      TrainingRequest request,
      Torchrun torchrun,
      int processes,
      RunPlan plan,
      List<Parameters.Wanted> wanted) {
    TrainingSettings settings = request.settings();
    ObjectNode json = Json.object();
    json.put("base", request.base().toAbsolutePath().normalize().toString());
    json.put("processes", processes).put("strategy", torchrun.strategy().wire());
    json.put("attention", torchrun.attention().wire());
    json.put("flattens", torchrun.attention().keepsApart());
    boolean isHalf = settings.engine().precision() == Precision.BFLOAT16;
    json.put("precision", isHalf ? "bfloat16" : "float32");
    json.put("checkpointing", settings.engine().checkpointing().orElse(true));
    json.put("seed", settings.engine().seed());
    json.put("batch_size", settings.rows().batchSize());
    json.put("accumulation", settings.rows().accumulation());
    json.put("steps", plan.steps()).put("steps_per_epoch", plan.stepsPerEpoch());
    json.put("rows", plan.packing().rows().size());
    json.put("has_validation", request.validation().isPresent());
    optimizer(json.putObject("optimizer"), settings, plan.steps());
    TrainingSettings.Checkpoints when = settings.checkpoints();
    json.set("evaluate_every", interval(when.evaluateEvery()));
    json.set("save_every", interval(when.saveEvery()));
    json.put("kept", when.kept()).put("keeps_best", when.keepsBest());
    json.put("patience", when.patience()).put("log_every", when.logEvery());
    if (torchrun.strategy() == Strategy.FSDP) {
      fsdp(json.putObject("fsdp"));
    }
    tuning(json, settings.tuning(), wanted);
    return json;
  }

  private static void optimizer(ObjectNode json, TrainingSettings settings, int steps) {
    TrainingSettings.Optimizer it = settings.optimizer();
    LearningRate rate = it.learningRate();
    json.put("learning_rate", rate.peak());
    json.put("warmup_steps", rate.warmUp().steps(steps));
    json.put("decay", rate.decay().name().toLowerCase(Locale.ROOT));
    json.put("minimum_ratio", rate.minimumRatio());
    json.put("weight_decay", it.weightDecay()).put("max_grad_norm", it.maxGradNorm());
    json.put("beta1", it.beta1()).put("beta2", it.beta2()).put("epsilon", it.epsilon());
  }

  private static JsonNode interval(Interval interval) {
    ArrayNode holder = Json.array();
    switch (interval) {
      case Interval.Never _ -> holder.add("never");
      case Interval.Epoch _ -> holder.add("epoch");
      case Interval.Steps it -> holder.add(it.count());
    }
    return holder.get(0);
  }

  /** The whole state goes to the first process for saving: a part alone is no adapter. */
  private static void fsdp(ObjectNode json) {
    json.put("fsdp_version", 2).put("auto_wrap_policy", "TRANSFORMER_BASED_WRAP");
    json.put("state_dict_type", "FULL_STATE_DICT").put("reshard_after_forward", true);
  }

  private static void tuning(ObjectNode json, Tuning tuning, List<Parameters.Wanted> wanted) {
    switch (tuning) {
      case Tuning.Full _ -> json.put("method", "full");
      case Tuning.Lora it -> {
        json.put("method", "lora");
        ObjectNode all = AdapterWriter.json(it.adapter());
        ObjectNode lora = json.putObject("lora");
        for (String key :
            List.of(
                "r",
                "lora_alpha",
                "lora_dropout",
                "target_modules",
                "exclude_modules",
                "bias",
                "use_rslora",
                "rank_pattern",
                "alpha_pattern",
                "layers_to_transform",
                "layers_pattern")) {
          lora.set(key, all.path(key));
        }
        ArrayNode values = json.putArray("first_values");
        for (Parameters.Wanted array : wanted) {
          if (array.name().endsWith(ParameterPlan.LORA_A)) {
            String name = array.name();
            values
                .addObject()
                .put("name", name.substring(0, name.length() - ParameterPlan.LORA_A.length()))
                .put("rank", array.shape().getFirst())
                .put("in", array.shape().get(1));
          }
        }
      }
    }
  }
}
