package dev.treadle.training.settings;

import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.adapter.Targets;
import dev.treadle.transcript.Json;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes settings under the keys that they are read from. */
final class SettingsWriter {
  private SettingsWriter() {}

  static ObjectNode tree(TrainingSettings settings) {
    ObjectNode tree = Json.object();
    ObjectNode training = Json.object();
    switch (settings.tuning()) {
      case Tuning.Lora it -> {
        training.put("method", "lora");
        tree.set("lora", lora(it.adapter()));
      }
      case Tuning.Full _ -> training.put("method", "full");
    }
    rows(settings.rows(), training);
    training.put("num_epochs", settings.extent().epochs());
    training.put("max_steps", settings.extent().maxSteps().orElse(-1));
    optimizer(settings.optimizer(), training);
    engine(settings.engine(), training);
    checkpoints(settings.checkpoints(), training);
    tree.set("training", training);
    return tree;
  }

  private static ObjectNode lora(AdapterConfiguration it) {
    ObjectNode lora = Json.object();
    lora.put("r", it.rank());
    lora.put("alpha", it.alpha());
    lora.put("dropout", it.dropout());
    targets("target_modules", Optional.of(it.targets()), lora);
    targets("exclude_modules", it.excluded(), lora);
    if (!it.layers().isEmpty()) {
      ArrayNode layers = lora.putArray("layers_to_transform");
      it.layers().forEach(layers::add);
    }
    if (!it.layerLists().isEmpty()) {
      texts("layers_pattern", it.layerLists(), lora);
    }
    lora.put("bias", Section.word(it.bias()));
    lora.put("use_rslora", it.isRankStabilized());
    ObjectNode ranks = lora.putObject("rank_pattern");
    it.ranks().forEach(ranks::put);
    ObjectNode alphas = lora.putObject("alpha_pattern");
    it.alphas().forEach(alphas::put);
    return lora;
  }

  private static void targets(String key, Optional<Targets> targets, ObjectNode lora) {
    if (targets.isEmpty()) {
      return;
    }
    switch (targets.get()) {
      case Targets.Names it -> texts(key, it.names(), lora);
      case Targets.Expression it -> lora.put(key, it.regex());
      case Targets.AllLinear _ -> lora.put(key, "all-linear");
    }
  }

  private static void texts(String key, List<String> texts, ObjectNode to) {
    ArrayNode list = to.putArray(key);
    texts.forEach(list::add);
  }

  private static void rows(TrainingSettings.Rows it, ObjectNode to) {
    to.put("objective", Section.word(it.objective()));
    to.put("batch_size", it.batchSize());
    to.put("gradient_accumulation_steps", it.accumulation());
    to.put("max_length", it.maxLength());
    to.put("too_long", Section.word(it.tooLong()));
    to.put("packing", it.isPacked());
    it.maxExamples().ifPresent(most -> to.put("max_train_samples", most));
    it.maxValidationExamples().ifPresent(most -> to.put("max_eval_samples", most));
  }

  private static void optimizer(TrainingSettings.Optimizer it, ObjectNode to) {
    LearningRate rate = it.learningRate();
    to.put("learning_rate", rate.peak());
    to.put("min_lr_rate", rate.minimumRatio());
    switch (rate.warmUp()) {
      case WarmUp.Ratio warmUp -> to.put("warmup_ratio", warmUp.share());
      case WarmUp.Steps warmUp -> {
        to.put("warmup_ratio", 0.0);
        to.put("warmup_steps", warmUp.count());
      }
    }
    to.put(
        "lr_scheduler_type",
        switch (rate.decay()) {
          case COSINE -> "cosine";
          case LINEAR -> "linear";
          case CONSTANT ->
              rate.warmUp().equals(new WarmUp.Steps(0)) ? "constant" : "constant_with_warmup";
        });
    to.put("weight_decay", it.weightDecay());
    to.put("max_grad_norm", it.maxGradNorm());
    to.put("adam_beta1", it.beta1());
    to.put("adam_beta2", it.beta2());
    to.put("adam_epsilon", it.epsilon());
  }

  private static void engine(TrainingSettings.Engine it, ObjectNode to) {
    to.put("bf16", it.precision() == Precision.BFLOAT16);
    to.put("load_in_8bit", it.precision() == Precision.INT8_BASE);
    it.checkpointing().ifPresent(is -> to.put("gradient_checkpointing", is));
    it.prepacks().ifPresent(is -> to.put("prepack_weights", is));
    to.put("loss_chunk_size", it.lossChunk());
    to.put("seed", it.seed());
    it.threads().ifPresent(threads -> to.put("threads", threads));
  }

  private static void checkpoints(TrainingSettings.Checkpoints it, ObjectNode to) {
    interval("eval", it.evaluateEvery(), to);
    interval("save", it.saveEvery(), to);
    to.put("save_total_limit", it.kept());
    to.put("load_best_model_at_end", it.keepsBest());
    to.put("early_stopping_patience", it.patience());
    to.put("logging_steps", it.logEvery());
  }

  private static void interval(String what, Interval interval, ObjectNode to) {
    switch (interval) {
      case Interval.Steps it -> {
        to.put(what + "_strategy", "steps");
        to.put(what + "_steps", it.count());
      }
      case Interval.Epoch _ -> to.put(what + "_strategy", "epoch");
      case Interval.Never _ -> to.put(what + "_strategy", "no");
    }
  }
}
