package dev.treadle.training.finetune;

import dev.treadle.training.NewFolder;
import dev.treadle.training.TrainingError;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.report.LogEntry;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.settings.MemoryEstimate;
import dev.treadle.training.settings.Precision;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.settings.Tuning;
import dev.treadle.training.tensor.AdamW;
import dev.treadle.training.tensor.Arithmetic;
import dev.treadle.training.tensor.Device;
import dev.treadle.training.tensor.Libtorch;
import dev.treadle.training.tensor.Network;
import dev.treadle.training.tensor.NetworkOptions;
import dev.treadle.training.tensor.Tuned;
import dev.treadle.training.tokens.Batches;
import dev.treadle.training.tokens.Dataset;
import dev.treadle.training.tokens.Packing;
import dev.treadle.transcript.TreadleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains: from a model and examples to a folder with checkpoints, log, loss curve, report and
 * {@code final_model}. A run that was killed goes on at its last checkpoint and ends with the same
 * bytes, if it computes with as many threads.
 */
public final class FineTuning {
  /** The folder of what a run made. */
  public static final String FINAL_MODEL = "final_model";

  private final TrainingRequest request;
  private final TrainingProgress progress;
  private final TrainingSettings settings;
  private final RunFolder folder;

  public FineTuning(TrainingRequest request, TrainingProgress progress) {
    this.request = request;
    this.progress = progress;
    this.settings = request.settings();
    this.folder = new RunFolder(request.output());
  }

  /**
   * Trains to the end.
   *
   * @throws dev.treadle.transcript.TreadleException if something is missing, does not fit, or goes
   *     wrong: checkpoints that were kept stay
   */
  public TrainingResult run() {
    Dataset train =
        settings.rows().maxExamples().map(it -> request.train().first(it)).orElse(request.train());
    Optional<Dataset> validation =
        request
            .validation()
            .map(it -> settings.rows().maxValidationExamples().map(it::first).orElse(it));
    ModelShape shape = ModelShape.read(request.base());
    Batches batches = batches(train);
    requireRoom(shape, train, batches);
    folder.begin(request.resumes());
    Libtorch.load();
    RunIdentity identity =
        new RunIdentity(
            settings,
            Hashes.model(request.base()),
            Hashes.datasets(train, validation),
            request.threads(),
            batches.rows(),
            settings.totalSteps(batches.rows()));
    try (Weights weights = Weights.open(request.base());
        Network network =
            Network.open(shape, weights, tuned(), options(recomputes(shape, train, batches)))) {
      Product product = new Product(settings.tuning(), weights, network);
      Checkpoints checkpoints = new Checkpoints(request.output(), identity, product);
      checkpoints.tidy();
      try (AdamW optimizer = new AdamW(network.parameters(), adamW());
          TrainingRun run =
              new TrainingRun(
                  request,
                  progress,
                  identity,
                  network,
                  optimizer,
                  checkpoints,
                  batches,
                  validation.map(this::batches).map(Batches::inOrder).orElse(List.of()))) {
        TrainingResult result = run.run(start(train, validation, network, identity));
        finish(result, product, checkpoints, run.best());
        folder.draw(request.dataset());
        return result;
      }
    } catch (RuntimeException e) {
      throw explained(e);
    }
  }

  /** What libtorch throws has many lines; a curve of what there was may help to see why. */
  private RuntimeException explained(RuntimeException cause) {
    RuntimeException failure =
        String.valueOf(cause.getMessage()).contains("allocate memory")
            ? TrainingError.MEMORY_SHORT.because(
                "memory ran out while training: take gradient_checkpointing: true, or lower batch_size"
                    + " or max_length",
                cause)
            : cause;
    try {
      folder.draw(request.dataset());
    } catch (TreadleException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private Batches batches(Dataset dataset) {
    return new Batches(
        dataset.sequences(),
        settings.rows().isPacked()
            ? Packing.bestFit(dataset.sequences(), settings.rows().maxLength())
            : Packing.none(dataset.sequences()),
        settings.rows().batchSize(),
        settings.rows().accumulation(),
        settings.engine().seed());
  }

  private void requireRoom(ModelShape shape, Dataset train, Batches batches) {
    if (train.longest() > shape.maxPositions()) {
      throw TrainingError.EXAMPLE_TOO_LONG.because(
          "an example has "
              + train.longest()
              + " tokens, and the model has positions for "
              + shape.maxPositions()
              + ": lower max_length");
    }
    estimate(shape, train, batches, recomputes(shape, train, batches))
        .check(request.availableBytes());
  }

  /** Layers are computed again where that is asked for, or where memory is short. */
  private boolean recomputes(ModelShape shape, Dataset train, Batches batches) {
    return settings
        .engine()
        .checkpointing()
        .orElseGet(
            () -> estimate(shape, train, batches, false).bytes() > request.availableBytes() / 2);
  }

  private MemoryEstimate estimate(
      ModelShape shape, Dataset train, Batches batches, boolean recomputes) {
    long longest = batches.mostTokens() / Math.max(1, settings.rows().batchSize());
    return MemoryEstimate.of(
        shape, settings.withCheckpointing(recomputes), Math.toIntExact(longest), train.tokens());
  }

  private Tuned tuned() {
    return switch (settings.tuning()) {
      case Tuning.Lora it -> new Tuned.LowRank(it.adapter());
      case Tuning.Full _ -> new Tuned.Everything();
    };
  }

  private NetworkOptions options(boolean recomputes) {
    Precision precision = settings.engine().precision();
    return new NetworkOptions(
        precision == Precision.BFLOAT16 ? Arithmetic.BFLOAT16 : Arithmetic.FLOAT32,
        precision == Precision.INT8_BASE,
        recomputes,
        settings.engine().lossChunk(),
        settings.engine().seed(),
        request.threads(),
        Device.best());
  }

  private AdamW.Settings adamW() {
    TrainingSettings.Optimizer it = settings.optimizer();
    return new AdamW.Settings(it.beta1(), it.beta2(), it.epsilon(), it.weightDecay());
  }

  private LogEntry.Start start(
      Dataset train, Optional<Dataset> validation, Network network, RunIdentity identity) {
    Map<String, Long> skipped = new LinkedHashMap<>();
    train.skipped().forEach((reason, count) -> skipped.put(reason.code(), count));
    return new LogEntry.Start(
        request.clock().instant(),
        settings.toJson(),
        request.base().toString(),
        identity.baseHash(),
        request.dataset(),
        identity.datasetHash(),
        identity.steps(),
        train.sequences().size(),
        identity.rows(),
        train.tokens(),
        train.targets(),
        validation.map(it -> (long) it.sequences().size()).orElse(0L),
        network.parameters().size(),
        skipped);
  }

  private void finish(
      TrainingResult result, Product product, Checkpoints checkpoints, Optional<Integer> best) {
    try (NewFolder writing = NewFolder.begin(result.model())) {
      if (settings.checkpoints().keepsBest() && best.isPresent()) {
        checkpoints.copyProduct(best.get(), writing);
      } else {
        product.write(writing);
      }
      writing.finish();
    }
  }
}
