package dev.treadle.measure.statistics;

import java.util.Arrays;

/**
 * The chance that a weighted sum of independent standard exponential variables is not positive.
 *
 * <p>With weights a_1 … a_n the sum Q has the cumulant function K(s) = -Σ log(1 - s a_i), and for a
 * real c < 0 where K is finite P(Q <= 0) = 1/(2πi) ∫ exp(K(s)) / (-s) ds over the line Re s = c
 * (for the upper tail: c > 0 and 1/s). The line is laid through the saddle point, where the
 * integrand is largest and does not oscillate (Daniels, 1954), so that small probabilities keep
 * their digits; with y = σ sinh v along the line the trapezoidal rule converges exponentially.
 * Nothing is drawn at random.
 */
final class ExponentialSum {
  private static final double STEP = 0.06;
  private static final double NEGLIGIBLE = 1e-15;
  private static final int MOST_STEPS = 1_000;

  /** Distinct weights that are not zero, and how often each occurs. */
  private final double[] weights;

  private final int[] counts;

  private ExponentialSum(double[] weights, int[] counts) {
    this.weights = weights;
    this.counts = counts;
  }

  /** P(Σ a_i E_i <= 0). Without any positive weight it is 1. */
  static double chanceNotPositive(double[] a) {
    double[] sorted = a.clone();
    Arrays.sort(sorted);
    if (sorted.length == 0 || sorted[sorted.length - 1] <= 0) {
      return 1;
    }
    if (sorted[0] >= 0) {
      return 0;
    }
    return of(sorted).chanceNotPositive();
  }

  private static ExponentialSum of(double[] sorted) {
    double scale = Math.max(-sorted[0], sorted[sorted.length - 1]);
    double[] weights = new double[sorted.length];
    int[] counts = new int[sorted.length];
    int distinct = 0;
    for (int i = 0; i < sorted.length; i++) {
      double weight = sorted[i] / scale;
      if (Math.abs(weight) < 1e-15) {
        continue;
      }
      if (distinct > 0 && weights[distinct - 1] == weight) {
        counts[distinct - 1]++;
      } else {
        weights[distinct] = weight;
        counts[distinct++] = 1;
      }
    }
    return new ExponentialSum(Arrays.copyOf(weights, distinct), Arrays.copyOf(counts, distinct));
  }

  private double chanceNotPositive() {
    double saddle = saddle();
    boolean isLower = saddle < 0;
    double line = offTheOrigin(saddle, isLower);
    double tail = Math.clamp(tail(line), 0, 1);
    return isLower ? tail : 1 - tail;
  }

  /** Where K'(s) = Σ a / (1 - s a) is zero: K' rises from -∞ to ∞ between the two poles. */
  private double saddle() {
    double low = 1 / weights[0];
    double high = 1 / weights[weights.length - 1];
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      double slope = 0;
      for (int j = 0; j < weights.length; j++) {
        slope += counts[j] * weights[j] / (1 - middle * weights[j]);
      }
      if (slope > 0) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return (low + high) / 2;
  }

  /** At the origin the integrand has a pole: a saddle point near to it is left for its side. */
  private double offTheOrigin(double saddle, boolean isLower) {
    double pole = isLower ? 1 / weights[0] : 1 / weights[weights.length - 1];
    double least = Math.min(0.5 * spread(0), 0.5 * Math.abs(pole));
    double size = Math.max(Math.abs(saddle), least);
    return isLower ? -size : size;
  }

  /** One over the deviation of the sum, tilted by s. */
  private double spread(double s) {
    double variance = 0;
    for (int i = 0; i < weights.length; i++) {
      double b = weights[i] / (1 - s * weights[i]);
      variance += counts[i] * b * b;
    }
    return 1 / Math.sqrt(variance);
  }

  /** The tail on the line's side of zero. */
  private double tail(double line) {
    double height = 0;
    double[] b = new double[weights.length];
    for (int i = 0; i < b.length; i++) {
      double rest = 1 - line * weights[i];
      height -= counts[i] * Math.log(rest);
      b[i] = weights[i] / rest;
    }
    double spread = spread(line);
    double[] factor = new double[2];
    double sum = 0;
    for (int step = 0; step <= MOST_STEPS; step++) {
      double y = spread * Math.sinh(step * STEP);
      double slope = spread * Math.cosh(step * STEP);
      denominator(y, line, b, factor);
      double square = factor[0] * factor[0] + factor[1] * factor[1];
      if (!(square < 1e200)) {
        break;
      }
      sum += (step == 0 ? 0.5 : 1) * slope * factor[0] / square;
      if (slope / Math.sqrt(square) < NEGLIGIBLE * Math.abs(sum)) {
        break;
      }
    }
    return Math.exp(height) * sum * STEP / Math.PI;
  }

  /** The integrand's denominator s Π (1 - i y b)^count, with s = |line| ± i y. */
  private void denominator(double y, double line, double[] b, double[] factor) {
    double re = Math.abs(line);
    double im = line < 0 ? -y : y;
    double log = 0;
    double angle = 0;
    for (int i = 0; i < b.length; i++) {
      double t = y * b[i];
      if (counts[i] <= 3) {
        for (int k = 0; k < counts[i]; k++) {
          double next = re + im * t;
          im -= re * t;
          re = next;
        }
      } else {
        log += 0.5 * counts[i] * Math.log1p(t * t);
        angle -= counts[i] * Math.atan(t);
      }
    }
    double size = Math.exp(log);
    double cos = size * Math.cos(angle);
    double sin = size * Math.sin(angle);
    factor[0] = re * cos - im * sin;
    factor[1] = re * sin + im * cos;
  }
}
