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
  private static final int BISECTIONS = 60;

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
   * @return between low and high; low where it is above the level already, high where it never is
   */
  static double reaches(DoubleUnaryOperator pValue, double level, double low, double high) {
    double from = low;
    double to = high;
    for (int i = 0; i < BISECTIONS && to - from > 1e-12 * (high - low); i++) {
      double middle = (from + to) / 2;
      if (pValue.applyAsDouble(middle) < level) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return (from + to) / 2;
  }
}
