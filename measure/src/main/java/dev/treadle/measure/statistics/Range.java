package dev.treadle.measure.statistics;

import java.util.List;

/** Checks that values lie where their scale says. */
final class Range {
  private Range() {}

  static void check(String name, PairedGate.Scale scale, List<PairedGate.Pair> pairs) {
    double highest =
        switch (scale) {
          case SCORE, FAILURE -> 1;
          case AMOUNT -> Double.MAX_VALUE;
        };
    for (PairedGate.Pair pair : pairs) {
      check(name, pair.live(), highest);
      check(name, pair.candidate(), highest);
    }
  }

  private static void check(String name, double value, double highest) {
    if (!(value >= 0 && value <= highest)) {
      throw new IllegalArgumentException(
          "values of %s must lie in 0..%s, not %s"
              .formatted(name, highest == 1 ? "1" : "∞", value));
    }
  }
}
