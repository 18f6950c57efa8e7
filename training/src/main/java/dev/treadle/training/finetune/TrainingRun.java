package dev.treadle.training.finetune;

import dev.treadle.training.TrainingError;
import dev.treadle.training.report.LogEntry;
import dev.treadle.training.report.TrainingLog;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.settings.Tuning;
import dev.treadle.training.tensor.AdamW;
import dev.treadle.training.tensor.Dropout;
import dev.treadle.training.tensor.Network;
import dev.treadle.training.tokens.Batches;
import dev.treadle.training.tokens.Sequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The steps of a run, with its evaluations and checkpoints. */
final class TrainingRun implements AutoCloseable {
  private static final String DONE = "done";
  private static final String PATIENCE = "patience";

  private final TrainingRequest request;
  private final TrainingProgress progress;
  private final TrainingSettings settings;
  private final RunIdentity identity;
  private final Network network;
  private final AdamW optimizer;
  private final Checkpoints checkpoints;
  private final Batches batches;
  private final List<List<Sequence>> validation;
  private Standing standing = Standing.START;
  private @Nullable TrainingLog log;
  private double earlierSeconds;
  private long began;
  private long tokens;
  private Optional<Double> firstLoss = Optional.empty();
  private Optional<Double> lastLoss = Optional.empty();
  private Optional<Double> baseLoss = Optional.empty();
  private Optional<Double> validationLoss = Optional.empty();

  TrainingRun(
      TrainingRequest request,
      TrainingProgress progress,
      RunIdentity identity,
      Network network,
      AdamW optimizer,
      Checkpoints checkpoints,
      Batches batches,
      List<List<Sequence>> validation) {
    this.request = request;
    this.progress = progress;
    this.settings = request.settings();
    this.identity = identity;
    this.network = network;
    this.optimizer = optimizer;
    this.checkpoints = checkpoints;
    this.batches = batches;
    this.validation = validation;
  }

  /** The step with the least loss of an evaluation. */
  Optional<Integer> best() {
    return standing.best().map(Standing.Best::step).filter(it -> it > 0);
  }

  TrainingResult run(LogEntry.Start start) {
    Optional<Integer> resumed = request.resumes() ? checkpoints.last() : Optional.empty();
    open(start, resumed);
    began = request.nanos().getAsLong();
    if (standing.step() == 0 && !validation.isEmpty()) {
      evaluate();
      baseLoss = validationLoss;
    }
    boolean isPatient = true;
    while (standing.step() < identity.steps() && isPatient) {
      step();
      isPatient = judge();
    }
    add(
        new LogEntry.End(
            standing.step(),
            request.clock().instant(),
            isPatient ? DONE : PATIENCE,
            FineTuning.FINAL_MODEL,
            seconds()));
    return result(resumed, isPatient ? DONE : PATIENCE);
  }

  private void open(LogEntry.Start start, Optional<Integer> resumed) {
    Path file = request.output().resolve(TrainingLog.NAME);
    if (resumed.isEmpty()) {
      if (request.resumes() && Files.exists(file)) {
        log = TrainingLog.restart(file, start);
      } else {
        log = TrainingLog.create(file, start);
      }
      progress.logged(start, identity.steps());
      return;
    }
    int step = resumed.get();
    standing = checkpoints.load(step, optimizer);
    earlierSeconds = standing.seconds();
    LogEntry.Resume resume =
        new LogEntry.Resume(step, request.clock().instant(), Checkpoints.name(step));
    log = TrainingLog.resume(file, resume);
    progress.logged(resume, identity.steps());
  }

  private void step() {
    long stepBegan = request.nanos().getAsLong();
    Batches.Step step = batches.step(standing.cursor());
    double rate = settings.optimizer().learningRate().at(standing.step(), identity.steps());
    Network.Cost cost = new Network.Cost(0, 0, 0);
    long batch = standing.batches();
    for (List<Sequence> it : step.microBatches()) {
      Dropout dropout = new Dropout(dropout(), settings.engine().seed(), batch++);
      cost = cost.plus(network.learn(it, 1.0 / step.targets(), dropout));
    }
    if (!Double.isFinite(cost.loss())) {
      throw TrainingError.LOSS_NOT_FINITE.because(
          "the loss of step "
              + (standing.step() + 1)
              + " is no number: lower learning_rate, or raise warmup_steps; checkpoints stay");
    }
    double norm = optimizer.step(rate, settings.optimizer().maxGradNorm());
    tokens += step.tokens();
    standing = standing.stepped(step.next(), step.microBatches().size(), seconds());
    lastLoss = Optional.of(cost.mean());
    firstLoss = firstLoss.isPresent() ? firstLoss : lastLoss;
    if (standing.step() % settings.checkpoints().logEvery() == 0 || isOver()) {
      double seconds = (request.nanos().getAsLong() - stepBegan) / 1e9;
      add(
          new LogEntry.Step(
              standing.step(),
              epochs(),
              cost.mean(),
              rate,
              norm,
              step.tokens(),
              step.targets(),
              step.tokens() / Math.max(1e-9, seconds),
              ProcessMemory.peakBytes(),
              seconds()));
    }
  }

  private double dropout() {
    return switch (settings.tuning()) {
      case Tuning.Lora it -> it.adapter().dropout();
      case Tuning.Full _ -> 0;
    };
  }

  /** Evaluates and keeps what is due: false if there was no gain for too long. */
  private boolean judge() {
    boolean endsEpoch = standing.cursor().row() == 0;
    int step = standing.step();
    TrainingSettings.Checkpoints when = settings.checkpoints();
    if (!validation.isEmpty() && (when.evaluateEvery().isDue(step, endsEpoch) || isOver())) {
      evaluate();
    }
    boolean isPatient = when.patience() == 0 || standing.withoutGain() < when.patience();
    boolean isKeptBest = when.keepsBest() && standing.isBest();
    if (when.saveEvery().isDue(step, endsEpoch) || isOver() || !isPatient || isKeptBest) {
      log().force();
      checkpoints.save(standing, optimizer);
      add(new LogEntry.Checkpoint(step, Checkpoints.name(step), standing.isBest()));
      checkpoints.prune(when.kept(), best());
    }
    return isPatient;
  }

  private void evaluate() {
    Network.Cost cost = new Network.Cost(0, 0, 0);
    for (List<Sequence> it : validation) {
      cost = cost.plus(network.cost(it));
    }
    standing = standing.evaluated(cost.mean());
    validationLoss = Optional.of(cost.mean());
    add(
        new LogEntry.Evaluation(
            standing.step(),
            epochs(),
            cost.mean(),
            Optional.of(cost.hits() / (double) Math.max(1, cost.targets())),
            cost.targets(),
            standing.isBest(),
            seconds()));
  }

  private boolean isOver() {
    return standing.step() == identity.steps();
  }

  private double epochs() {
    return standing.cursor().epoch() + standing.cursor().row() / (double) batches.rows();
  }

  private double seconds() {
    return earlierSeconds + (request.nanos().getAsLong() - began) / 1e9;
  }

  private TrainingLog log() {
    if (log == null) {
      throw new IllegalStateException("the run has not begun");
    }
    return log;
  }

  private void add(LogEntry entry) {
    log().add(entry);
    progress.logged(entry, identity.steps());
  }

  private TrainingResult result(Optional<Integer> resumed, String reason) {
    boolean isBest = settings.checkpoints().keepsBest() && standing.best().isPresent();
    return new TrainingResult(
        request.output().resolve(FineTuning.FINAL_MODEL),
        standing.step(),
        resumed,
        reason,
        firstLoss,
        lastLoss,
        baseLoss,
        isBest ? standing.best().map(Standing.Best::loss) : validationLoss,
        network.parameters().size(),
        tokens,
        seconds(),
        ProcessMemory.peakBytes());
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
  }
}
