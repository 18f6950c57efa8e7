package dev.treadle.training.torchrun;

import dev.treadle.training.TrainingError;
import dev.treadle.training.finetune.FineTuning;
import dev.treadle.training.finetune.TrainingProgress;
import dev.treadle.training.finetune.TrainingRequest;
import dev.treadle.training.finetune.TrainingResult;
import dev.treadle.training.report.LogEntry;
import dev.treadle.training.report.TrainingLog;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.tensor.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The log of a run in processes: made of what their first one says. When a run goes on, what it
 * said up to the checkpoint is read again, so a run that went on by hand is logged whole, too.
 */
final class TorchrunLog implements AutoCloseable {
  private final TrainingRequest request;
  private final TrainingProgress progress;
  private final TorchrunTuning.Prepared prepared;
  private final ProgressFile file;
  private final TrainingLog log;
  private Optional<LogEntry.End> end = Optional.empty();
  private Optional<LogEntry.Step> first = Optional.empty();
  private Optional<LogEntry.Step> last = Optional.empty();
  private Optional<LogEntry.Evaluation> base = Optional.empty();
  private Optional<LogEntry.Evaluation> best = Optional.empty();
  private Optional<LogEntry.Evaluation> latest = Optional.empty();
  private long tokens;

  private TorchrunLog(
      TrainingRequest request,
      TrainingProgress progress,
      TorchrunTuning.Prepared prepared,
      ProgressFile file,
      TrainingLog log) {
    this.request = request;
    this.progress = progress;
    this.prepared = prepared;
    this.file = file;
    this.log = log;
  }

  static TorchrunLog open(
      TrainingRequest request,
      RunFiles files,
      TorchrunTuning.Prepared prepared,
      TrainingProgress progress) {
    Path path = request.output().resolve(TrainingLog.NAME);
    LogEntry.Start start = start(request, prepared);
    TrainingLog log =
        Files.exists(path) ? TrainingLog.restart(path, start) : TrainingLog.create(path, start);
    ProgressFile file = new ProgressFile(files.path(RunFiles.PROGRESS));
    TorchrunLog opened = new TorchrunLog(request, progress, prepared, file, log);
    try {
      opened.begin(start, files.path(RunFiles.PROGRESS));
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
    return opened;
  }

  private void begin(LogEntry.Start start, Path path) {
    if (prepared.resumed().isEmpty()) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw TrainingError.writing(path, e);
      }
      progress.logged(start, prepared.plan().steps());
      return;
    }
    int step = prepared.resumed().get();
    for (LogEntry it : file.cut(step)) {
      note(it);
      if (!(it instanceof LogEntry.End)) {
        log.add(it);
      }
    }
    LogEntry.Resume resume = new LogEntry.Resume(step, request.clock().instant(), Marks.name(step));
    log.add(resume);
    progress.logged(resume, prepared.plan().steps());
  }

  /** Takes what was said since the last time. */
  void look() {
    for (LogEntry it : file.more()) {
      note(it);
      if (it instanceof LogEntry.Step step) {
        tokens += step.tokens();
      }
      if (!(it instanceof LogEntry.End)) {
        log.add(it);
        progress.logged(it, prepared.plan().steps());
      }
    }
  }

  private void note(LogEntry entry) {
    switch (entry) {
      case LogEntry.Step it -> {
        first = first.or(() -> Optional.of(it));
        last = Optional.of(it);
      }
      case LogEntry.Evaluation it -> {
        if (it.step() == 0) {
          base = Optional.of(it);
        }
        if (it.isBest()) {
          best = Optional.of(it);
        }
        latest = Optional.of(it);
      }
      case LogEntry.End it -> end = Optional.of(it);
      case LogEntry.Start _, LogEntry.Resume _, LogEntry.Checkpoint _, LogEntry.Unknown _ -> {}
    }
  }

  Optional<Failure> failure() {
    return file.failure();
  }

  /** Whether the processes said that they are done. */
  boolean isOver() {
    return end.isPresent();
  }

  int lastStep() {
    return end.map(LogEntry::step).orElse(0);
  }

  /** The step with the least loss of an evaluation, if that is not the base's. */
  Optional<Integer> bestStep() {
    return best.map(LogEntry::step).filter(it -> it > 0);
  }

  /** Says that it is over. */
  TrainingResult end(Path target, Optional<Integer> resumed) {
    LogEntry.End it = end.orElseThrow();
    LogEntry.End entry =
        new LogEntry.End(
            it.step(),
            request.clock().instant(),
            it.reason(),
            FineTuning.FINAL_MODEL,
            it.seconds());
    log.add(entry);
    progress.logged(entry, prepared.plan().steps());
    boolean isBest = request.settings().checkpoints().keepsBest() && best.isPresent();
    return new TrainingResult(
        target,
        it.step(),
        resumed,
        it.reason(),
        first.map(LogEntry.Step::loss),
        last.map(LogEntry.Step::loss),
        base.map(LogEntry.Evaluation::loss),
        (isBest ? best : latest).map(LogEntry.Evaluation::loss),
        parameters(prepared.wanted()),
        tokens,
        it.seconds(),
        last.map(LogEntry.Step::memoryBytes).orElse(0L));
  }

  private static LogEntry.Start start(TrainingRequest request, TorchrunTuning.Prepared prepared) {
    TrainingSettings settings = request.settings();
    Map<String, Long> skipped = new LinkedHashMap<>();
    prepared.train().skipped().forEach((reason, count) -> skipped.put(reason.code(), count));
    ObjectNode said = settings.toJson();
    said.putObject(RunFiles.FOLDER)
        .put("processes", prepared.identity().processes())
        .put("strategy", prepared.identity().strategy().wire());
    return new LogEntry.Start(
        request.clock().instant(),
        said,
        request.base().toString(),
        prepared.identity().baseHash(),
        request.dataset(),
        prepared.identity().datasetHash(),
        prepared.plan().steps(),
        prepared.train().sequences().size(),
        prepared.plan().packing().rows().size(),
        prepared.train().tokens(),
        prepared.train().targets(),
        prepared.validation().map(it -> (long) it.sequences().size()).orElse(0L),
        parameters(prepared.wanted()),
        skipped);
  }

  private static long parameters(List<Parameters.Wanted> wanted) {
    long parameters = 0;
    for (Parameters.Wanted it : wanted) {
      parameters += it.shape().stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }
    return parameters;
  }

  @Override
  public void close() {
    log.close();
  }
}
