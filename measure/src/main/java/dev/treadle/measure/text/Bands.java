package dev.treadle.measure.text;

/**
 * How a sketch is cut for locality-sensitive hashing: texts that agree in all rows of at least one
 * band become candidates.
 *
 * <p>Two texts of similarity s become candidates with probability {@code 1 - (1 - s^rows)^bands}.
 */
record Bands(int count, int rows) {
  /** A missed pair is lost and a needless candidate is only looked at, so misses weigh more. */
  private static final double WEIGHT_OF_MISSES = 0.95;

  private static final int STEPS = 200;

  /** The cut that makes the fewest mistakes around a threshold, both kinds weighed. */
  static Bands around(double threshold, int permutations) {
    Bands best = new Bands(permutations, 1);
    double least = Double.MAX_VALUE;
    for (int rows = 1; rows <= permutations; rows++) {
      Bands bands = new Bands(permutations / rows, rows);
      double mistakes = bands.mistakes(threshold);
      if (mistakes < least) {
        least = mistakes;
        best = bands;
      }
    }
    return best;
  }

  double probability(double similarity) {
    return 1 - Math.pow(1 - Math.pow(similarity, rows), count);
  }

  private double mistakes(double threshold) {
    double needless = 0;
    double missed = 0;
    for (int i = 0; i < STEPS; i++) {
      double part = (i + 0.5) / STEPS;
      needless += probability(part * threshold) * threshold / STEPS;
      missed += (1 - probability(threshold + part * (1 - threshold))) * (1 - threshold) / STEPS;
    }
    return WEIGHT_OF_MISSES * missed + (1 - WEIGHT_OF_MISSES) * needless;
  }
}
