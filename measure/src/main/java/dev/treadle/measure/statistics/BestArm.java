package dev.treadle.measure.statistics;

import java.util.Arrays;

/**
 * The chance of each arm to be the best, where what is known of each is a normal distribution.
 *
 * <p>It is what Thompson sampling (1933) draws from: with it the probability of each choice is
 * known and can be logged. The chance of arm k is ∫ f_k(x) Π_{j≠k} F_j(x) dx, by Gauss's rule on
 * panels that are as narrow as the narrowest arm around. The normal distribution is read from a
 * table with cubic interpolation. Exact to 1e-6; nothing is drawn at random.
 */
public final class BestArm {
  /** So many deviations around an arm matter. */
  private static final int REACH = 6;

  private static final int PANELS = 6;

  /** Gauss's rule with six points on -1..1 (Abramowitz and Stegun, table 25.4). */
  private static final double[] NODES = {
    -0.932469514203152, -0.661209386466265, -0.238619186083197,
    0.238619186083197, 0.661209386466265, 0.932469514203152
  };

  private static final double[] WEIGHTS = {
    0.171324492379170, 0.360761573048139, 0.467913934572691,
    0.467913934572691, 0.360761573048139, 0.171324492379170
  };

  private static final int CELLS_PER_UNIT = 32;
  private static final int CELLS = 2 * (REACH + 2) * CELLS_PER_UNIT;

  /** Probability and density, by turns. */
  private static final double[] TABLE = new double[2 * (CELLS + 2)];

  static {
    for (int i = 0; i < CELLS + 2; i++) {
      double x = (double) i / CELLS_PER_UNIT - REACH - 2;
      TABLE[2 * i] = Normal.probability(x);
      TABLE[2 * i + 1] = Normal.density(x);
    }
  }

  private BestArm() {}

  /**
   * The chance of each arm to have the highest value.
   *
   * @param mean of each arm's distribution
   * @param deviation of each arm's; 0 for a value that is known. Arms that are known and equal
   *     share their chance
   * @return as many numbers, which sum to 1
   */
  public static double[] probabilities(double[] mean, double[] deviation) {
    check(mean, deviation);
    double known = Double.NEGATIVE_INFINITY;
    double from = Double.NEGATIVE_INFINITY;
    double to = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < mean.length; k++) {
      known = deviation[k] == 0 ? Math.max(known, mean[k]) : known;
      from = Math.max(from, mean[k] - REACH * deviation[k]);
      to = Math.max(to, mean[k] + REACH * deviation[k]);
    }
    double[] chance = new double[mean.length];
    if (to > from) {
      integrate(mean, deviation, panels(mean, deviation, from, to), chance);
    }
    if (known > Double.NEGATIVE_INFINITY) {
      shareKnown(mean, deviation, known, chance);
    }
    double sum = 0;
    for (double it : chance) {
      sum += it;
    }
    for (int k = 0; k < chance.length; k++) {
      chance[k] /= sum;
    }
    return chance;
  }

  private static void check(double[] mean, double[] deviation) {
    if (mean.length == 0 || mean.length != deviation.length) {
      throw new IllegalArgumentException(
          "as many means as deviations are needed, at least one: %d and %d"
              .formatted(mean.length, deviation.length));
    }
    for (int k = 0; k < mean.length; k++) {
      if (!Double.isFinite(mean[k]) || !(deviation[k] >= 0) || !Double.isFinite(deviation[k])) {
        throw new IllegalArgumentException(
            "arm %d has mean %s and deviation %s".formatted(k, mean[k], deviation[k]));
      }
    }
  }

  /** The ends of the panels: below the first of them somebody is surely better. */
  private static double[] panels(double[] mean, double[] deviation, double from, double to) {
    double[] ends = new double[mean.length * (PANELS + 1) + 2];
    int count = 0;
    ends[count++] = from;
    ends[count++] = to;
    for (int k = 0; k < mean.length; k++) {
      for (int i = 0; i <= PANELS && deviation[k] > 0; i++) {
        double end = mean[k] + deviation[k] * (2.0 * REACH * i / PANELS - REACH);
        if (end > from && end < to) {
          ends[count++] = end;
        }
      }
    }
    Arrays.sort(ends, 0, count);
    return Arrays.copyOf(ends, thinned(ends, count, narrowest(deviation) / 2));
  }

  private static double narrowest(double[] deviation) {
    double narrowest = Double.POSITIVE_INFINITY;
    for (double it : deviation) {
      narrowest = it > 0 ? Math.min(narrowest, it) : narrowest;
    }
    return narrowest;
  }

  /** Takes out ends that are nearer to the one before than need be; the last one stays. */
  private static int thinned(double[] ends, int count, double near) {
    int kept = 1;
    for (int i = 1; i < count; i++) {
      if (i == count - 1 || ends[i] - ends[kept - 1] > near) {
        ends[kept++] = ends[i];
      }
    }
    return kept;
  }

  private static void integrate(double[] mean, double[] deviation, double[] ends, double[] chance) {
    double[] below = new double[mean.length];
    double[] density = new double[mean.length];
    double[] inverse = new double[mean.length];
    for (int k = 0; k < inverse.length; k++) {
      inverse[k] = 1 / deviation[k];
    }
    for (int i = 1; i < ends.length; i++) {
      double half = (ends[i] - ends[i - 1]) / 2;
      if (half <= 0) {
        continue;
      }
      double middle = ends[i - 1] + half;
      for (int node = 0; node < NODES.length; node++) {
        double x = middle + half * NODES[node];
        for (int k = 0; k < mean.length; k++) {
          read(x, mean[k], inverse[k], k, below, density);
        }
        add(WEIGHTS[node] * half, below, density, chance);
      }
    }
  }

  /** Adds weight * f_k Π_{j≠k} F_j to each arm: products from the left, then from the right. */
  private static void add(double weight, double[] below, double[] density, double[] chance) {
    double left = weight;
    for (int k = 0; k < below.length; k++) {
      density[k] *= left;
      left *= below[k];
    }
    double right = 1;
    for (int k = below.length - 1; k >= 0; k--) {
      chance[k] += density[k] * right;
      right *= below[k];
    }
  }

  /** Probability and density of an arm at x, from the table. */
  private static void read(
      double x, double mean, double inverse, int k, double[] below, double[] density) {
    if (inverse == Double.POSITIVE_INFINITY) {
      below[k] = x >= mean ? 1 : 0;
      density[k] = 0;
      return;
    }
    double z = (x - mean) * inverse;
    double place = (z + REACH + 2) * CELLS_PER_UNIT;
    if (!(place > 0 && place < CELLS)) {
      below[k] = z > 0 ? 1 : 0;
      density[k] = 0;
      return;
    }
    int cell = (int) place;
    double t = place - cell;
    double h = 1.0 / CELLS_PER_UNIT;
    double zero = z - t * h;
    double d0 = TABLE[2 * cell + 1];
    double d1 = TABLE[2 * cell + 3];
    below[k] = hermite(t, TABLE[2 * cell], TABLE[2 * cell + 2], h * d0, h * d1);
    density[k] = hermite(t, d0, d1, -h * zero * d0, -h * (zero + h) * d1) * inverse;
  }

  private static double hermite(double t, double f0, double f1, double d0, double d1) {
    double rise = f1 - f0;
    return f0 + t * (d0 + t * (3 * rise - 2 * d0 - d1 + t * (d0 + d1 - 2 * rise)));
  }

  private static void shareKnown(double[] mean, double[] deviation, double known, double[] chance) {
    double chanceOfKnown = 1;
    int sharing = 0;
    for (int k = 0; k < mean.length; k++) {
      if (deviation[k] > 0) {
        chanceOfKnown *= Normal.probability((known - mean[k]) / deviation[k]);
      } else if (mean[k] == known) {
        sharing++;
      }
    }
    for (int k = 0; k < mean.length; k++) {
      if (deviation[k] == 0 && mean[k] == known) {
        chance[k] = chanceOfKnown / sharing;
      }
    }
  }
}
