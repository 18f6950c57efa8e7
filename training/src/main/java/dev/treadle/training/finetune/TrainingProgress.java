package dev.treadle.training.finetune;

import dev.treadle.training.report.LogEntry;

/** Whoever watches a run. */
public interface TrainingProgress {
  /** Something was logged. */
  void logged(LogEntry entry, int totalSteps);
}
