package dev.treadle.training.settings;

import dev.treadle.transcript.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a run trains: everything that changes its result but the model and the examples. An illegal
 * value cannot exist; a refusal names the key of the file.
 */
public record TrainingSettings(
    Tuning tuning,
    Rows rows,
    Extent extent,
    Optimizer optimizer,
    Engine engine,
    Checkpoints checkpoints) {
  public TrainingSettings {
    if (tuning instanceof Tuning.Full && engine.precision() == Precision.INT8_BASE) {
      throw Limits.wrong(
          "training.load_in_8bit", "true", "false with method full: int8 is for weights that stay");
    }
  }

  /**
   * Which examples are trained on, and how many at a time.
   *
   * @param batchSize rows that are computed together
   * @param accumulation batches whose gradients make one step
   * @param maxLength tokens of one row
   * @param isPacked whether several examples share a row
   * @param maxExamples no more than these are trained on; nothing: all
   * @param maxValidationExamples likewise, of those for validation
   */
  public record Rows(
      Objective objective,
      int batchSize,
      int accumulation,
      int maxLength,
      TooLong tooLong,
      boolean isPacked,
      Optional<Integer> maxExamples,
      Optional<Integer> maxValidationExamples) {
    public Rows {
      Limits.whole("training.batch_size", batchSize, 1, 65_536);
      Limits.whole("training.gradient_accumulation_steps", accumulation, 1, 65_536);
      Limits.whole("training.max_length", maxLength, 2, 1 << 20);
      Limits.whole("training.max_train_samples", maxExamples.orElse(1), 1, Integer.MAX_VALUE);
      Limits.whole(
          "training.max_eval_samples", maxValidationExamples.orElse(1), 1, Integer.MAX_VALUE);
    }
  }

  /**
   * How long is trained.
   *
   * @param epochs how often every example is seen; need not be whole
   * @param maxSteps the run's steps whatever the epochs say; nothing: as the epochs say
   */
  public record Extent(double epochs, Optional<Integer> maxSteps) {
    public Extent {
      Limits.above("training.num_epochs", epochs, 0);
      if (epochs > 100_000) {
        throw Limits.wrong("training.num_epochs", epochs, "at most 100000");
      }
      Limits.whole("training.max_steps", maxSteps.orElse(1), 1, Limits.MOST_STEPS);
    }
  }

  /**
   * AdamW's numbers.
   *
   * @param maxGradNorm gradients that are longer together are shortened to this; 0: never
   */
  public record Optimizer(
      LearningRate learningRate,
      double weightDecay,
      double maxGradNorm,
      double beta1,
      double beta2,
      double epsilon) {
    public Optimizer {
      Limits.fromZero("training.weight_decay", weightDecay);
      Limits.fromZero("training.max_grad_norm", maxGradNorm);
      Limits.share("training.adam_beta1", beta1);
      Limits.share("training.adam_beta2", beta2);
      Limits.above("training.adam_epsilon", epsilon, 0);
    }
  }

  /**
   * How it is computed.
   *
   * @param checkpointing whether a layer's results are computed again for its gradients instead of
   *     being kept: less memory, a fifth to a third more time, the same numbers; nothing: where
   *     memory is short
   * @param prepacks whether the base's matrices are laid out for their products once, in place of
   *     at each product: about a tenth faster, twice their memory; nothing: where that suffices
   * @param lossChunk tokens whose scores for the whole vocabulary exist at once
   * @param seed of all that is drawn: first values, order, dropout
   * @param threads that compute; nothing: as many as the machine has. The same run with another
   *     number may differ in the last bits
   */
  public record Engine(
      Precision precision,
      Optional<Boolean> checkpointing,
      Optional<Boolean> prepacks,
      int lossChunk,
      long seed,
      Optional<Integer> threads) {
    public Engine {
      Limits.whole("training.loss_chunk_size", lossChunk, 1, 1 << 20);
      Limits.whole("training.seed", seed, 0, (1L << 53) - 1);
      Limits.whole("training.threads", threads.orElse(1), 1, 4096);
    }

    private Engine withCheckpointing(boolean isCheckpointing) {
      return new Engine(
          precision, Optional.of(isCheckpointing), prepacks, lossChunk, seed, threads);
    }

    private Engine withPrepacking(boolean isPrepacking) {
      return new Engine(
          precision, checkpointing, Optional.of(isPrepacking), lossChunk, seed, threads);
    }

    private Engine withThreads(int count) {
      return new Engine(precision, checkpointing, prepacks, lossChunk, seed, Optional.of(count));
    }
  }

  /**
   * When a run is judged, kept, and given up.
   *
   * @param kept so many checkpoints stay, the best one beside them
   * @param keepsBest whether the result is the checkpoint with the least validation loss, not the
   *     last one
   * @param patience after so many evaluations without a new least loss the run ends; 0: never
   * @param logEvery so many steps make one line of the log
   */
  public record Checkpoints(
      Interval evaluateEvery,
      Interval saveEvery,
      int kept,
      boolean keepsBest,
      int patience,
      int logEvery) {
    public Checkpoints {
      Limits.whole("training.save_total_limit", kept, 1, 10_000);
      Limits.whole("training.early_stopping_patience", patience, 0, 10_000);
      Limits.whole("training.logging_steps", logEvery, 1, 1_000_000);
      if ((keepsBest || patience > 0) && evaluateEvery instanceof Interval.Never) {
        throw Limits.wrong(
            "training.eval_strategy",
            "no",
            "steps or epoch where the best is kept or patience ends");
      }
    }
  }

  /** What is meant where a file says nothing. */
  public static TrainingSettings defaults() {
    return read(Json.object());
  }

  /**
   * Reads the sections {@code lora} and {@code training} of a configuration; {@link SettingKey#ALL}
   * names their keys. Other sections are somebody else's ({@link #otherSections}).
   *
   * @throws dev.treadle.transcript.TreadleException {@link
   *     dev.treadle.training.TrainingError#SETTINGS_INVALID} that names the key, and the nearest
   *     known one if it is unknown
   */
  public static TrainingSettings read(JsonNode tree) {
    return new SettingsReader(tree).settings();
  }

  /** The names of a configuration's sections that {@link #read} does not look at. */
  public static List<String> otherSections(JsonNode tree) {
    List<String> names = new ArrayList<>(tree.propertyNames());
    names.removeAll(SettingKey.SECTIONS);
    return names;
  }

  /** All settings under their keys: what {@link #read} makes the same settings of. */
  public ObjectNode toJson() {
    return SettingsWriter.tree(this);
  }

  /** The keys whose values are not those of other settings, each with both values. */
  public List<String> differences(TrainingSettings other) {
    List<String> differences = new ArrayList<>();
    ObjectNode own = toJson();
    ObjectNode others = other.toJson();
    for (SettingKey it : SettingKey.ALL) {
      JsonNode here = own.path(it.section()).path(it.name());
      JsonNode there = others.path(it.section()).path(it.name());
      if (!here.equals(there)) {
        differences.add(it.path() + ": " + said(here) + ", not " + said(there));
      }
    }
    return differences;
  }

  private static String said(JsonNode value) {
    return value.isMissingNode() ? "nothing" : value.toString();
  }

  /** Steps until every row was seen once: what is left of the last window is a step too. */
  public int stepsPerEpoch(long rowCount) {
    long batches = Math.ceilDiv(rowCount, rows.batchSize());
    return Math.toIntExact(Math.max(1, Math.ceilDiv(batches, rows.accumulation())));
  }

  /** Steps of the whole run, as transformers counts them. */
  public int totalSteps(long rowCount) {
    return extent
        .maxSteps()
        .orElseGet(() -> (int) Math.ceil(extent.epochs() * stepsPerEpoch(rowCount)));
  }

  /** With other epochs, which count even if the settings had a number of steps. */
  public TrainingSettings withEpochs(double epochs) {
    return new TrainingSettings(
        tuning, rows, new Extent(epochs, Optional.empty()), optimizer, engine, checkpoints);
  }

  /** With layers computed again for their gradients, or kept. */
  public TrainingSettings withCheckpointing(boolean isCheckpointing) {
    return with(engine.withCheckpointing(isCheckpointing));
  }

  /** With the base's matrices laid out once for their products, or not. */
  public TrainingSettings withPrepacking(boolean isPrepacking) {
    return with(engine.withPrepacking(isPrepacking));
  }

  /** With another number of threads. */
  public TrainingSettings withThreads(int threads) {
    return with(engine.withThreads(threads));
  }

  private TrainingSettings with(Engine other) {
    return new TrainingSettings(tuning, rows, extent, optimizer, other, checkpoints);
  }

  /**
   * To see in a minute whether all of it works: at most 10 steps of two batches of two, from 64
   * examples of at most 512 tokens, evaluated on 16 and kept every 5 steps. What it makes is no
   * result.
   */
  public TrainingSettings quickTest() {
    Rows fewer =
        new Rows(
            rows.objective(),
            Math.min(2, rows.batchSize()),
            Math.min(2, rows.accumulation()),
            Math.min(512, rows.maxLength()),
            rows.tooLong(),
            rows.isPacked(),
            Optional.of(Math.min(64, rows.maxExamples().orElse(64))),
            Optional.of(Math.min(16, rows.maxValidationExamples().orElse(16))));
    return new TrainingSettings(
        tuning,
        fewer,
        new Extent(extent.epochs(), Optional.of(Math.min(10, extent.maxSteps().orElse(10)))),
        optimizer,
        engine,
        new Checkpoints(
            new Interval.Steps(5),
            new Interval.Steps(5),
            checkpoints.kept(),
            checkpoints.keepsBest(),
            0,
            1));
  }
}
