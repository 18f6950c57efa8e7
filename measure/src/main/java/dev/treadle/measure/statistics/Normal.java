package dev.treadle.measure.statistics;

/** The standard normal distribution. */
public final class Normal {
  private static final double ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

  private Normal() {}

  /** The density. */
  public static double density(double x) {
    return Math.exp(-0.5 * x * x) / ROOT_TWO_PI;
  }

  /**
   * The probability of a value up to x, with full relative accuracy in the lower tail.
   *
   * <p>Near the middle by its power series, in the tails by the continued fraction of Mills' ratio
   * (Abramowitz and Stegun, 26.2.11 and 26.2.14).
   */
  public static double probability(double x) {
    if (Double.isNaN(x)) {
      return Double.NaN;
    }
    if (x < -3) {
      return tail(-x);
    }
    return x > 3 ? 1 - tail(x) : 0.5 + series(x);
  }

  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int k = 3; Math.abs(term) > 1e-17 * Math.abs(sum) && k < 200; k += 2) {
      term *= x * x / k;
      sum += term;
    }
    return sum * density(x);
  }

  private static double tail(double x) {
    double fraction = x;
    for (int k = 150; k >= 1; k--) {
      fraction = x + k / fraction;
    }
    return density(x) / fraction;
  }

  /**
   * The value below which a share of the probability lies.
   *
   * <p>A rational start (Abramowitz and Stegun, 26.2.23) and Newton's steps on the logarithm.
   *
   * @param p above 0 and below 1
   */
  public static double quantile(double p) {
    if (!(p > 0 && p < 1)) {
      throw new IllegalArgumentException("a quantile is asked of a share in 0..1, not " + p);
    }
    if (p > 0.5) {
      return -quantile(1 - p);
    }
    double t = Math.sqrt(-2 * Math.log(p));
    double x =
        (2.515517 + t * (0.802853 + t * 0.010328))
                / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
            - t;
    for (int i = 0; i < 6; i++) {
      double below = probability(x);
      x -= Math.log(below / p) * below / density(x);
    }
    return x;
  }
}
