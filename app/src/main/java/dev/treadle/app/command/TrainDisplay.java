package dev.treadle.app.command;

import dev.treadle.app.workspace.ProgressLine;
import dev.treadle.training.finetune.TrainingProgress;
import dev.treadle.training.report.LogEntry;
import dev.treadle.training.report.ProgressText;
import dev.treadle.training.report.Smoothing;
import java.time.Duration;
import java.util.Locale;

/** Shows how a training goes: a line that is redrawn, and one that stays for each evaluation. */
final class TrainDisplay implements TrainingProgress {
  private final ProgressLine line;
  private Smoothing smoothing = Smoothing.of(0);
  private double firstSeconds = -1;
  private int firstStep;

  TrainDisplay(ProgressLine line) {
    this.line = line;
  }

  @Override
  public void logged(LogEntry entry, int totalSteps) {
    switch (entry) {
      case LogEntry.Start _ -> smoothing = Smoothing.of(totalSteps);
      case LogEntry.Resume it -> {
        smoothing = Smoothing.of(totalSteps);
        line.keep("going on after step " + it.step() + " of " + totalSteps);
      }
      case LogEntry.Step it -> step(it, totalSteps);
      case LogEntry.Evaluation it -> {
        if (it.step() > 0 && it.step() < totalSteps) {
          line.keep(
              String.format(
                  Locale.ROOT,
                  "step %,d: validation loss %.4f%s",
                  it.step(),
                  it.loss(),
                  it.isBest() ? ", the least so far" : ""));
        }
      }
      case LogEntry.Checkpoint _, LogEntry.End _, LogEntry.Unknown _ -> {}
    }
  }

  /** What is left is told by the steps of this process: those before may have been quicker. */
  private void step(LogEntry.Step it, int totalSteps) {
    double loss = smoothing.next(it.loss());
    if (firstSeconds < 0) {
      firstSeconds = it.seconds();
      firstStep = it.step();
      return;
    }
    double perStep = (it.seconds() - firstSeconds) / (it.step() - firstStep);
    line.text(
        () ->
            new ProgressText(
                    it.step(),
                    totalSteps,
                    loss,
                    it.learningRate(),
                    it.tokensPerSecond(),
                    it.memoryBytes(),
                    Duration.ofMillis(Math.round(perStep * (totalSteps - it.step()) * 1000)))
                .line());
  }
}
