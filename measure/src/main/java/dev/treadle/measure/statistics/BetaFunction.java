package dev.treadle.measure.statistics;

/** The incomplete beta function, from which the tails of Student's t and the binomial come. */
final class BetaFunction {
  private static final double TINY = 1e-300;
  private static final int MOST_TERMS = 100_000;

  private BetaFunction() {}

  /** The logarithm of the gamma function at x > 0: Stirling's series from 10 on. */
  static double logGamma(double x) {
    double product = 1;
    double at = x;
    while (at < 10) {
      product *= at++;
    }
    double square = 1 / (at * at);
    double series =
        (1.0 / 12
                - square
                    * (1.0 / 360
                        - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188)))))
            / at;
    return 0.5 * Math.log(2 * Math.PI)
        + (at - 0.5) * Math.log(at)
        - at
        + series
        - Math.log(product);
  }

  /**
   * The regularised incomplete beta function I_x(a, b): the chance that a Beta(a, b) variable is at
   * most x. Continued fraction by Lentz's method (Abramowitz and Stegun, 26.5.8).
   */
  static double regularized(double x, double a, double b) {
    if (x <= 0) {
      return 0;
    }
    if (x >= 1) {
      return 1;
    }
    if (x > (a + 1) / (a + b + 2)) {
      return 1 - regularized(1 - x, b, a);
    }
    double front =
        Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b))
            / a;
    return front * fraction(x, a, b);
  }

  private static double fraction(double x, double a, double b) {
    double c = 1;
    double d = 1 / atLeastTiny(1 - (a + b) * x / (a + 1));
    double result = d;
    for (int m = 1; m < MOST_TERMS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / atLeastTiny(1 + even * d);
      c = atLeastTiny(1 + even / c);
      result *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / atLeastTiny(1 + odd * d);
      c = atLeastTiny(1 + odd / c);
      result *= d * c;
      if (Math.abs(d * c - 1) < 1e-15) {
        break;
      }
    }
    return result;
  }

  private static double atLeastTiny(double value) {
    return Math.abs(value) < TINY ? TINY : value;
  }
}
