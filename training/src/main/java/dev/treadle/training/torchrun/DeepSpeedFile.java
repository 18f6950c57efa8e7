package dev.treadle.training.torchrun;

import dev.treadle.measure.text.Spelling;
import dev.treadle.training.JsonFile;
import dev.treadle.training.TrainingError;
import dev.treadle.training.settings.Precision;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A configuration of DeepSpeed's: read with comments, since people write such files, checked, and
 * made complete. DeepSpeed takes no notice of keys that it does not know, so those that are nearly
 * one are refused here.
 */
final class DeepSpeedFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final String ZERO = "zero_optimization";
  private static final String GATHER = "stage3_gather_16bit_weights_on_model_save";

  private static final List<String> KEYS =
      List.of(
          "activation_checkpointing",
          "aio",
          "amp",
          "autotuning",
          "bf16",
          "comms_logger",
          "communication_data_type",
          "compression_training",
          "data_types",
          "dump_state",
          "elasticity",
          "flops_profiler",
          "fp16",
          "gradient_accumulation_steps",
          "gradient_clipping",
          "gradient_predivide_factor",
          "memory_breakdown",
          "optimizer",
          "prescale_gradients",
          "scheduler",
          "seq_parallel_communication_data_type",
          "sparse_gradients",
          "steps_per_print",
          "tensorboard",
          "torch_autocast",
          "train_batch_size",
          "train_micro_batch_size_per_gpu",
          "wall_clock_breakdown",
          "wandb",
          ZERO,
          "zero_allow_untested_optimizer",
          "zero_force_ds_cpu_optimizer");

  private static final List<String> ZERO_KEYS =
      List.of(
          "allgather_bucket_size",
          "allgather_partitions",
          "contiguous_gradients",
          "elastic_checkpoint",
          "ignore_unused_parameters",
          "load_from_fp32_weights",
          "log_trace_cache_warnings",
          "memory_efficient_linear",
          "mics_hierarchical_params_gather",
          "mics_shard_size",
          "offload_optimizer",
          "offload_param",
          "overlap_comm",
          "override_module_apply",
          "pipeline_loading_checkpoint",
          "reduce_bucket_size",
          "reduce_scatter",
          "round_robin_gradients",
          "stage",
          GATHER,
          "stage3_max_live_parameters",
          "stage3_max_reuse_distance",
          "stage3_model_persistence_threshold",
          "stage3_module_granularity_threshold",
          "stage3_param_persistence_threshold",
          "stage3_prefetch_bucket_size",
          "stage3_use_all_reduce_for_fetch_params",
          "sub_group_size",
          "use_multi_rank_bucket_allreduce",
          "zero_hpz_partition_size",
          "zero_quantized_gradients",
          "zero_quantized_nontrainable_weights",
          "zero_quantized_weights");

  private final List<String> notes = new ArrayList<>();
  private final TrainingSettings settings;
  private final int processes;

  private DeepSpeedFile(TrainingSettings settings, int processes) {
    this.settings = settings;
    this.processes = processes;
  }

  /**
   * A configuration that is ready for DeepSpeed.
   *
   * @param notes what was changed in what a file says
   */
  record Ready(ObjectNode json, List<String> notes) {
    Ready {
      notes = List.copyOf(notes);
    }
  }

  /**
   * What a file says, or ZeRO-3 without anything put aside.
   *
   * @throws TreadleException {@link TrainingError#SETTINGS_INVALID} naming the key
   */
  static Ready of(Optional<Path> file, TrainingSettings settings, int processes) {
    DeepSpeedFile reader = new DeepSpeedFile(settings, processes);
    String name = file.map(Path::toString).orElse("deepspeed.json");
    ObjectNode json = file.map(DeepSpeedFile::read).orElseGet(DeepSpeedFile::usual);
    reader.complete(json, name);
    return new Ready(json, reader.notes);
  }

  private static ObjectNode usual() {
    ObjectNode json = Json.object();
    json.putObject(ZERO)
        .put("stage", 3)
        .put("overlap_comm", true)
        .put("contiguous_gradients", true)
        .put("stage3_prefetch_bucket_size", "auto")
        .put("stage3_param_persistence_threshold", "auto");
    return json;
  }

  private static ObjectNode read(Path file) {
    String text =
        new String(
            JsonFile.bytes(file, MAX_BYTES, TrainingError.SETTINGS_INVALID),
            StandardCharsets.UTF_8);
    JsonMapper lenient =
        JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_YAML_COMMENTS)
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();
    try {
      if (lenient.readTree(text) instanceof ObjectNode json) {
        return json;
      }
    } catch (JacksonException e) {
      throw wrong(file + " is not JSON: " + e.getOriginalMessage());
    }
    throw wrong(file + " is no configuration: expected an object");
  }

  private void complete(ObjectNode json, String file) {
    refuseMisspelt(json, KEYS, "", file);
    if (!(json.path(ZERO) instanceof ObjectNode zero) || !zero.path("stage").isInt()) {
      throw wrong(file + " has no " + ZERO + ".stage: ZeRO-3 is what this strategy is for");
    }
    refuseMisspelt(zero, ZERO_KEYS, ZERO + ".", file);
    for (String it : List.of("optimizer", "scheduler", "fp16", "amp")) {
      if (json.has(it) && json.path(it).path("enabled").asBoolean(true)) {
        throw wrong(file + " has " + it + ", which training's settings decide: leave it out");
      }
    }
    if (zero.path("stage").intValue() == 3) {
      if (zero.has(GATHER) && !zero.path(GATHER).asBoolean(false)) {
        notes.add(GATHER + " was false and is true: else checkpoints would hold an empty adapter");
      }
      zero.put(GATHER, true);
    }
    precision(json, file);
    agree(json, "train_micro_batch_size_per_gpu", settings.rows().batchSize(), file);
    agree(json, "gradient_accumulation_steps", settings.rows().accumulation(), file);
    agree(json, "gradient_clipping", settings.optimizer().maxGradNorm(), file);
    agree(
        json,
        "train_batch_size",
        (double) settings.rows().batchSize() * settings.rows().accumulation() * processes,
        file);
  }

  /** Sums of bfloat16 numbers over processes lose bits: they are made as float32. */
  private void precision(ObjectNode json, String file) {
    boolean isHalf = settings.engine().precision() == Precision.BFLOAT16;
    JsonNode enabled = json.path("bf16").path("enabled");
    if (enabled.isBoolean() && enabled.booleanValue() != isHalf) {
      throw wrong(
          file
              + " says bf16.enabled: "
              + enabled
              + ", and training.bf16 is "
              + isHalf
              + ": let both say the same");
    }
    json.withObjectProperty("bf16").put("enabled", isHalf);
    if (isHalf && !json.has("communication_data_type")) {
      json.put("communication_data_type", "fp32");
    }
  }

  /** A number of training's settings: "auto", or the same. */
  private static void agree(ObjectNode json, String key, double meant, String file) {
    JsonNode said = json.path(key);
    if (said.isNumber() && said.doubleValue() != meant) {
      throw wrong(
          file + " says " + key + ": " + said + ", and the settings " + meant + ": write \"auto\"");
    }
    json.put(key, "auto");
  }

  private static void refuseMisspelt(
      ObjectNode json, List<String> known, String where, String file) {
    for (Map.Entry<String, JsonNode> it : json.properties()) {
      String key = it.getKey();
      if (!known.contains(key)) {
        Spelling.nearest(key, known)
            .ifPresent(
                near -> {
                  throw wrong(
                      file + " has " + where + key + ": did you mean " + where + near + "?");
                });
      }
    }
  }

  private static TreadleException wrong(String why) {
    return TrainingError.SETTINGS_INVALID.because(why);
  }
}
