package dev.treadle.gateway.evaluate;

import dev.treadle.measure.score.GoldenSet;
import java.time.Duration;
import java.util.Optional;

/**
 * How answers are judged.
 *
 * @param judge the model that judges what has no reference: a route's name, or an upstream and a
 *     model
 * @param swaps whether the judge is asked twice, the second time in another order
 * @param timeout of one question to the judge
 * @param referencesFile where known answers lie
 * @param references what was read there
 */
public record EvaluateSettings(
    Optional<String> judge,
    boolean swaps,
    Duration timeout,
    Optional<String> referencesFile,
    GoldenSet references) {
  /** No judge, and nothing is known. */
  public static final EvaluateSettings DEFAULT =
      new EvaluateSettings(
          Optional.empty(), true, Duration.ofSeconds(30), Optional.empty(), GoldenSet.EMPTY);

  public EvaluateSettings {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a time limit is positive: " + timeout);
    }
  }

  /** The same with what is known. */
  public EvaluateSettings withReferences(GoldenSet known) {
    return new EvaluateSettings(judge, swaps, timeout, referencesFile, known);
  }

  /** The same with no more time for the judge than this. */
  public EvaluateSettings within(Duration limit) {
    return limit.compareTo(timeout) < 0
        ? new EvaluateSettings(judge, swaps, limit, referencesFile, references)
        : this;
  }
}
