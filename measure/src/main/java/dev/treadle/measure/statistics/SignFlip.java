package dev.treadle.measure.statistics;

import java.util.SplittableRandom;

/**
 * The permutation test of paired differences (Fisher, 1935): where both are alike in everything,
 * any difference could as well have the other sign.
 *
 * <p>It assumes more than {@link PairedGate}: that the differences are symmetric around zero, not
 * only that their mean is. Differences of one group are flipped together: give their sums.
 */
public final class SignFlip {
  private static final int MOST_EXACT = 20;

  private SignFlip() {}

  /**
   * How surprising the sum of the differences is.
   *
   * @param differences zeros do not matter. Up to 20 others all their signs are tried
   * @param draws of signs for more of them, at least 1; the p-value is never 0
   */
  public static double pValueBetter(double[] differences, int draws, long seed) {
    double[] nonzero = java.util.Arrays.stream(differences).filter(it -> it != 0).toArray();
    double sum = 0;
    double size = 0;
    for (double it : nonzero) {
      sum += it;
      size += Math.abs(it);
    }
    double needed = sum - 1e-12 * size;
    return nonzero.length <= MOST_EXACT
        ? exact(nonzero, needed)
        : drawn(nonzero, needed, draws, new SplittableRandom(seed));
  }

  /** In Gray's order one sign changes at a time. */
  private static double exact(double[] differences, double needed) {
    double sum = 0;
    for (double it : differences) {
      sum -= Math.abs(it);
    }
    int all = 1 << differences.length;
    int reached = sum >= needed ? 1 : 0;
    int code = 0;
    for (int i = 1; i < all; i++) {
      int bit = Integer.numberOfTrailingZeros(i);
      code ^= 1 << bit;
      double change = 2 * Math.abs(differences[bit]);
      sum += (code & (1 << bit)) == 0 ? -change : change;
      reached += sum >= needed ? 1 : 0;
    }
    return (double) reached / all;
  }

  private static double drawn(
      double[] differences, double needed, int draws, SplittableRandom random) {
    int reached = 1;
    for (int i = 0; i < draws; i++) {
      double sum = 0;
      long bits = 0;
      for (int j = 0; j < differences.length; j++) {
        bits = (j & 63) == 0 ? random.nextLong() : bits >>> 1;
        sum += (bits & 1) == 0 ? differences[j] : -differences[j];
      }
      reached += sum >= needed ? 1 : 0;
    }
    return reached / (draws + 1.0);
  }
}
