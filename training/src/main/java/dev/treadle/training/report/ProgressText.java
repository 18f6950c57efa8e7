package dev.treadle.training.report;

import java.time.Duration;
import java.util.Locale;

/**
 * Where a run stands, in one line.
 *
 * @param loss smoothed
 * @param left until the end, as it goes now
 */
public record ProgressText(
    int step,
    int steps,
    double loss,
    double learningRate,
    double tokensPerSecond,
    long memoryBytes,
    Duration left) {

  /**
   * Such as {@code step 120/600 · loss 1.234 · lr 1.0e-4 · 1,234 tokens/s · 1.4 GB · 3 min left}.
   */
  public String line() {
    return String.format(
        Locale.ROOT,
        "step %,d/%,d · loss %s · lr %s · %,d tokens/s · %s · %s left",
        step,
        steps,
        Figures.loss(loss),
        Figures.rate(learningRate),
        Math.round(tokensPerSecond),
        Figures.bytes(memoryBytes),
        Figures.duration(left));
  }
}
