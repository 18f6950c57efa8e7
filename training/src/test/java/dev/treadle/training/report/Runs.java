package dev.treadle.training.report;

import dev.treadle.training.settings.LearningRate;
import dev.treadle.training.settings.TrainingSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Logs of runs that never were: a loss that falls, with noise of a seed. */
final class Runs {
  static final Instant BEGUN = Instant.parse("2031-02-03T04:05:06Z");

  private Runs() {}

  static LogEntry.Start start(int steps) {
    Map<String, Long> skipped = new LinkedHashMap<>();
    skipped.put("no answer in it", 12L);
    skipped.put("longer than a row", 3L);
    return new LogEntry.Start(
        BEGUN,
        TrainingSettings.defaults().withThreads(2).toJson(),
        "models/Qwen3-0.6B",
        "sha256:0f1e",
        "support-chats, version 7",
        "sha256:2d3c",
        steps,
        1200,
        340,
        512_345,
        98_765,
        64,
        10_092_544,
        skipped);
  }

  static LogEntry.Step step(int step, double loss) {
    LearningRate rate = TrainingSettings.defaults().optimizer().learningRate();
    return new LogEntry.Step(
        step,
        step / 200.0,
        loss,
        rate.at(step - 1, Math.max(600, step)),
        0.8,
        4096,
        1000,
        1234.5,
        1_400_000_000L + step,
        step * 3.3);
  }

  static LogEntry.Evaluation evaluation(int step, double loss, boolean isBest) {
    return new LogEntry.Evaluation(
        step, step / 200.0, loss, Optional.of(0.5), 5000, isBest, step * 3.3);
  }

  /** A whole run. */
  static List<LogEntry> run(int steps) {
    Random random = new Random(1);
    List<LogEntry> entries = new ArrayList<>();
    entries.add(start(steps));
    double best = Double.POSITIVE_INFINITY;
    for (int i = 1; i <= steps; i++) {
      double loss = 1.1 + 1.6 * Math.exp(-4.0 * i / steps);
      entries.add(step(i, loss + 0.18 * random.nextGaussian() + (i == steps / 3 ? 6 : 0)));
      if (i % Math.max(1, steps / 8) == 0) {
        double found = 1.25 + 1.3 * Math.exp(-4.5 * i / steps) + 0.15 * i / steps;
        entries.add(evaluation(i, found, found < best));
        entries.add(new LogEntry.Checkpoint(i, "checkpoint-" + i, found < best));
        best = Math.min(best, found);
      }
    }
    entries.add(
        new LogEntry.End(steps, BEGUN.plusSeconds(4000), "done", "final_model", steps * 3.3));
    return entries;
  }
}
