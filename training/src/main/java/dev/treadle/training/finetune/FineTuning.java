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

  /** The numbers of a layer's largest matrix from which prepacking is worth its trouble. */
  private static final long LEAST_PREPACKED = 1 << 18;

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
    train.requireWithin(shape.maxPositions());
    Layout layout = layout(shape, train, batches);
    folder.begin(request.resumes());
    Libtorch.load();
    RunIdentity identity =
        new RunIdentity(
            settings,
            Hashes.model(request.base()),
            Hashes.datasets(train, validation),
            request.threads(),
            layout.prepacks(),
            batches.rows(),
            settings.totalSteps(batches.rows()));
    try (Weights weights = Weights.open(request.base());
        Network network = Network.open(shape, weights, tuned(), options(layout))) {
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

  /**
   * How memory is used.
   *
   * @param prepacks whether the base's matrices are laid out for their products
   * @param recomputes whether layers are computed again on the way back
   */
  private record Layout(boolean prepacks, boolean recomputes) {}

  /**
   * What is asked for, and otherwise what memory suffices for. A run that goes on is computed as it
   * was begun: with matrices that lie otherwise the last bits would differ.
   */
  private Layout layout(ModelShape shape, Dataset train, Batches batches) {
    TrainingSettings.Engine engine = settings.engine();
    boolean recomputes =
        engine
            .checkpointing()
            .orElseGet(() -> !isRoomy(estimate(shape, train, batches, new Layout(false, false))));
    Optional<Boolean> begun =
        request.resumes() ? Checkpoints.prepacks(request.output()) : Optional.empty();
    boolean prepacks =
        engine
            .prepacks()
            .or(() -> begun)
            .orElseGet(
                () ->
                    gainsByPrepacking(shape)
                        && isRoomy(estimate(shape, train, batches, new Layout(true, recomputes))));
    Layout layout = new Layout(prepacks, recomputes);
    estimate(shape, train, batches, layout).check(request.availableBytes());
    return layout;
  }

  private boolean isRoomy(MemoryEstimate estimate) {
    return estimate.bytes() <= request.availableBytes() / 2;
  }

  /**
   * OneDNN prepares itself for each number of rows anew, which small matrices do not make up for. A
   * single sequence is computed by OpenBLAS on all cores.
   */
  private boolean gainsByPrepacking(ModelShape shape) {
    return settings.tuning() instanceof Tuning.Lora
        && settings.engine().precision() == Precision.FLOAT32
        && (settings.rows().batchSize() > 1 || request.threads() == 1)
        && (long) shape.hidden() * shape.feedForward() >= LEAST_PREPACKED;
  }

  private MemoryEstimate estimate(ModelShape shape, Dataset train, Batches batches, Layout layout) {
    long longest = batches.mostTokens() / Math.max(1, settings.rows().batchSize());
    return MemoryEstimate.of(
        shape,
        settings.withCheckpointing(layout.recomputes()).withPrepacking(layout.prepacks()),
        Math.toIntExact(longest),
        train.tokens());
  }

  private Tuned tuned() {
    return switch (settings.tuning()) {
      case Tuning.Lora it -> new Tuned.LowRank(it.adapter());
      case Tuning.Full _ -> new Tuned.Everything();
    };
  }

  private NetworkOptions options(Layout layout) {
    Precision precision = settings.engine().precision();
    return new NetworkOptions(
        precision == Precision.BFLOAT16 ? Arithmetic.BFLOAT16 : Arithmetic.FLOAT32,
        precision == Precision.INT8_BASE,
        layout.prepacks(),
        layout.recomputes(),
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
