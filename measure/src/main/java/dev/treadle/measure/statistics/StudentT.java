package dev.treadle.measure.statistics;

/** Student's t distribution, and the interval of a mean of a few normal values by it. */
public final class StudentT {
  private StudentT() {}

  /** The probability of a value up to t. */
  public static double probability(double t, double degreesOfFreedom) {
    if (!(degreesOfFreedom > 0)) {
      throw new IllegalArgumentException("degrees of freedom must be above 0: " + degreesOfFreedom);
    }
    double square = t * t;
    double tail =
        0.5
            * BetaFunction.regularized(
                degreesOfFreedom / (degreesOfFreedom + square), degreesOfFreedom / 2, 0.5);
    return t > 0 ? 1 - tail : tail;
  }

  /** The value below which a share p of the probability lies. */
  public static double quantile(double p, double degreesOfFreedom) {
    if (!(p > 0 && p < 1)) {
      throw new IllegalArgumentException("a quantile is asked of a share in 0..1, not " + p);
    }
    if (p < 0.5) {
      return -quantile(1 - p, degreesOfFreedom);
    }
    double high = 1;
    while (probability(high, degreesOfFreedom) < p) {
      high *= 2;
    }
    double low = 0;
    for (int i = 0; i < 80; i++) {
      double middle = (low + high) / 2;
      if (probability(middle, degreesOfFreedom) < p) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /**
   * The mean with its interval of 95 %, such as of a figure over several seeds. One value says
   * nothing of its spread: the interval is infinite.
   */
  public static Interval interval(double[] values) {
    return interval(values, 0.95);
  }

  /** The mean with its interval of a confidence such as 0.95. */
  public static Interval interval(double[] values, double confidence) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values have no mean");
    }
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    if (values.length == 1) {
      return new Interval(mean, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double error = Math.sqrt(squares / (values.length - 1) / values.length);
    double reach = quantile(0.5 + confidence / 2, values.length - 1) * error;
    return new Interval(mean, mean - reach, mean + reach);
  }
}
