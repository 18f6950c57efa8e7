package dev.treadle.training.settings;

import dev.treadle.measure.text.Spelling;
import dev.treadle.training.TrainingError;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Makes settings of a configuration's sections {@code lora} and {@code training}. */
final class SettingsReader {
  private static final double LORA_RATE = 2e-4;

  /** A tenth: all weights together move further than an adapter does. */
  private static final double FULL_RATE = 2e-5;

  private static final double WARM_UP_SHARE = 0.03;

  private final Section lora;
  private final Section training;

  SettingsReader(JsonNode tree) {
    for (String name : TrainingSettings.otherSections(tree)) {
      Spelling.nearest(name, SettingKey.SECTIONS)
          .ifPresent(
              near -> {
                throw TrainingError.SETTINGS_INVALID.because(
                    "there is no section '" + name + "': did you mean '" + near + "'?");
              });
    }
    this.lora = Section.of("lora", tree);
    this.training = Section.of("training", tree);
  }

  TrainingSettings settings() {
    boolean isFull = training.word("method", "lora", List.of("lora", "full")).equals("full");
    if (isFull && !lora.isEmpty()) {
      throw TrainingError.SETTINGS_INVALID.because(
          "training.method is full, and there is a section lora: leave one of them out");
    }
    return new TrainingSettings(
        isFull ? new Tuning.Full() : new LoraReader(lora).tuning(),
        rows(),
        new TrainingSettings.Extent(training.number("num_epochs", 3), maxSteps()),
        optimizer(isFull ? FULL_RATE : LORA_RATE),
        engine(),
        checkpoints());
  }

  private TrainingSettings.Rows rows() {
    return new TrainingSettings.Rows(
        training.choice("objective", Objective.CHAT, List.of(Objective.values())),
        training.whole("batch_size", 2),
        training.whole("gradient_accumulation_steps", 8),
        training.whole("max_length", 2048),
        training.choice("too_long", TooLong.CUT, List.of(TooLong.values())),
        training.truth("packing", false),
        training.whole("max_train_samples"),
        training.whole("max_eval_samples"));
  }

  /** Transformers says "as the epochs say" by -1. */
  private Optional<Integer> maxSteps() {
    return training.whole("max_steps").filter(it -> it != -1);
  }

  private TrainingSettings.Optimizer optimizer(double rate) {
    return new TrainingSettings.Optimizer(
        learningRate(rate),
        training.number("weight_decay", 0),
        training.number("max_grad_norm", 1),
        training.number("adam_beta1", 0.9),
        training.number("adam_beta2", 0.999),
        training.number("adam_epsilon", 1e-8));
  }

  private LearningRate learningRate(double rate) {
    String type =
        training.word(
            "lr_scheduler_type",
            "cosine",
            List.of("cosine", "linear", "constant", "constant_with_warmup", "cosine_with_min_lr"));
    return new LearningRate(
        training.number("learning_rate", rate),
        warmUp(type.equals("constant")),
        switch (type) {
          case "linear" -> Decay.LINEAR;
          case "constant", "constant_with_warmup" -> Decay.CONSTANT;
          default -> Decay.COSINE;
        },
        training.number("min_lr_rate", 0));
  }

  /** Steps above zero have precedence, and steps below one are a share: as transformers has it. */
  private WarmUp warmUp(boolean isNone) {
    double steps = training.number("warmup_steps", 0);
    double share = training.number("warmup_ratio", isNone ? 0 : WARM_UP_SHARE);
    if (isNone && (steps > 0 || share > 0)) {
      throw Limits.wrong(
          "training.lr_scheduler_type",
          "constant",
          "constant_with_warmup where there is a warm-up");
    }
    if (isNone) {
      return new WarmUp.Steps(0);
    }
    if (steps > 0 && steps < 1) {
      return new WarmUp.Ratio(steps);
    }
    return steps == 0
        ? new WarmUp.Ratio(share)
        : new WarmUp.Steps(training.whole("warmup_steps", 0));
  }

  private TrainingSettings.Engine engine() {
    boolean isHalf = training.truth("bf16", false);
    boolean isInt8 = training.truth("load_in_8bit", false);
    if (isHalf && isInt8) {
      throw TrainingError.SETTINGS_INVALID.because(
          "training.bf16 and training.load_in_8bit are both true: an int8 base is computed with in"
              + " float32, leave one of them out");
    }
    return new TrainingSettings.Engine(
        isHalf ? Precision.BFLOAT16 : isInt8 ? Precision.INT8_BASE : Precision.FLOAT32,
        training.truth("gradient_checkpointing"),
        training.truth("prepack_weights"),
        training.whole("loss_chunk_size", 1024),
        training.wide("seed", 42),
        training.whole("threads"));
  }

  private TrainingSettings.Checkpoints checkpoints() {
    return new TrainingSettings.Checkpoints(
        interval("eval_strategy", "eval_steps"),
        interval("save_strategy", "save_steps"),
        training.whole("save_total_limit", 3),
        training.truth("load_best_model_at_end", false),
        training.whole("early_stopping_patience", 0),
        training.whole("logging_steps", 1));
  }

  private Interval interval(String strategy, String steps) {
    int count = training.whole(steps, 100);
    Limits.whole("training." + steps, count, 1, Limits.MOST_STEPS);
    return switch (training.word(strategy, "steps", List.of("no", "steps", "epoch"))) {
      case "no" -> new Interval.Never();
      case "epoch" -> new Interval.Epoch();
      default -> new Interval.Steps(count);
    };
  }
}
