package dev.treadle.measure.statistics;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Test and interval for the mean of bounded values, without an assumption about their distribution
 * (Gaffke, 2005; Learned-Miller and Thomas, 2019).
 *
 * <p>To the n values one imaginary value is added: the worst one that is possible. All of them are
 * weighted at random, evenly over the simplex, and the p-value is the chance that the weighted mean
 * is not above what is to be excluded. For values of two kinds this is exactly the binomial test
 * (for wins, ties and losses: McNemar's exact test); for others no distribution is known for which
 * it errs too often. The imaginary value is what keeps it honest where the rare bad case did not
 * happen to be in a small sample. The chance is computed, not simulated: {@link ExponentialSum}.
 */
final class BoundedMean {
  private static final int MOST_STEPS = 120;
  private static final double PRECISION = 1e-10;

  private BoundedMean() {}

  /**
   * How surprising the values are if their mean is at most zero.
   *
   * @param lowest no value can be below it; negative
   */
  static double pValue(double[] values, double lowest) {
    double[] weights = Arrays.copyOf(values, values.length + 1);
    weights[values.length] = lowest;
    return ExponentialSum.chanceNotPositive(weights);
  }

  /**
   * Where a p-value that rises with its argument reaches a level.
   *
   * <p>In normal quantiles it is nearly a straight line: the line between the ends is followed, and
   * every third step halves what is left, so that it ends.
   *
   * @return between low and high; low where it is above the level already, high where it never is
   */
  static double reaches(DoubleUnaryOperator pValue, double level, double low, double high) {
    double aim = Normal.quantile(level);
    double from = low;
    double to = high;
    double below = quantile(pValue.applyAsDouble(low)) - aim;
    double above = quantile(pValue.applyAsDouble(high)) - aim;
    if (below >= 0) {
      return low;
    }
    if (above < 0) {
      return high;
    }
    for (int i = 1; i < MOST_STEPS && to - from > PRECISION * (high - low); i++) {
      double line = from + (to - from) * below / (below - above);
      double next = i % 3 == 0 || !(line > from && line < to) ? (from + to) / 2 : line;
      double value = quantile(pValue.applyAsDouble(next)) - aim;
      if (Math.abs(value) < PRECISION) {
        return next;
      }
      if (value < 0) {
        from = next;
        below = value;
      } else {
        to = next;
        above = value;
      }
    }
    return (from + to) / 2;
  }

  private static double quantile(double p) {
    return Normal.quantile(Math.clamp(p, 1e-100, 1 - 1e-15));
  }
}
