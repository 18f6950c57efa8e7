package dev.treadle.routing;

/** The probability that each of several normally distributed values is the greatest. */
final class Chances {
  private static final int STEPS = 200;
  private static final double REACH = 6;
  private static final double LEAST_DEVIATION = 1e-9;

  private Chances() {}

  /**
   * By quadrature: over x, the density of one at x times the probability that all others lie below.
   */
  static double[] best(double[] means, double[] deviations) {
    double[] chances = new double[means.length];
    double total = 0;
    for (int i = 0; i < means.length; i++) {
      double deviation = Math.max(LEAST_DEVIATION, deviations[i]);
      for (int step = 0; step <= STEPS; step++) {
        double z = -REACH + 2 * REACH * step / STEPS;
        double below = Math.exp(-z * z / 2);
        for (int j = 0; j < means.length && below > 0; j++) {
          if (j != i) {
            double other = Math.max(LEAST_DEVIATION, deviations[j]);
            below *= cumulative((means[i] + z * deviation - means[j]) / other);
          }
        }
        chances[i] += below;
      }
      total += chances[i];
    }
    for (int i = 0; i < chances.length; i++) {
      chances[i] /= total;
    }
    return chances;
  }

  /** Of the standard normal distribution, to 7.5e-8: Abramowitz and Stegun, 26.2.17. */
  private static double cumulative(double x) {
    double t = 1 / (1 + 0.2316419 * Math.abs(x));
    double tail =
        Math.exp(-x * x / 2)
            / Math.sqrt(2 * Math.PI)
            * t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return x >= 0 ? 1 - tail : tail;
  }
}
