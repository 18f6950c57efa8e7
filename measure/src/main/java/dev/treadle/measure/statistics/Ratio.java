package dev.treadle.measure.statistics;

/**
 * A ratio of sums over groups, with an interval that inverts the test of {@link BoundedMean}.
 *
 * <p>Where c is true, the values above - c * unit have the mean zero. The test of each side adds an
 * imaginary group, the unlucky one for that side.
 */
final class Ratio {
  private final double[] above;
  private final double[] units;
  private final double unluckyAbove;
  private final double unluckyUnit;
  private final double luckyAbove;
  private final double luckyUnit;

  /**
   * Of what was summed by group.
   *
   * @param above the numerators
   * @param units the denominators, not negative
   * @param unluckyAbove the numerator of the imaginary group that pulls down, with its unit
   * @param luckyAbove the numerator of the one that pulls up, with its unit
   */
  Ratio(
      double[] above,
      double[] units,
      double unluckyAbove,
      double unluckyUnit,
      double luckyAbove,
      double luckyUnit) {
    this.above = above;
    this.units = units;
    this.unluckyAbove = unluckyAbove;
    this.unluckyUnit = unluckyUnit;
    this.luckyAbove = luckyAbove;
    this.luckyUnit = luckyUnit;
  }

  /** The sum over groups by the sum of units; NaN where nothing has a unit. */
  double estimate() {
    double sum = 0;
    double unit = 0;
    for (int i = 0; i < above.length; i++) {
      sum += above[i];
      unit += units[i];
    }
    return sum / unit;
  }

  /** How surprising the values are if the ratio is at most c. */
  double pValueAbove(double c) {
    return pValue(values(c, 1), unluckyAbove - c * unluckyUnit);
  }

  /** How surprising the values are if the ratio is at least c. */
  double pValueBelow(double c) {
    return pValue(values(c, -1), c * luckyUnit - luckyAbove);
  }

  /** With the imaginary group, which is no luckier than the unluckiest real one. */
  private static double pValue(double[] values, double unlucky) {
    double lowest = Math.min(0, unlucky);
    for (double value : values) {
      lowest = Math.min(lowest, value);
    }
    return BoundedMean.pValue(values, lowest);
  }

  private double[] values(double c, int sign) {
    double[] values = new double[above.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = sign * (above[i] - c * units[i]);
    }
    return values;
  }

  /**
   * What tests at a level on each side do not exclude, looked for between two bounds. Where nothing
   * has a unit it is all between the bounds, and the estimate their middle.
   */
  Interval interval(double level, double from, double to) {
    double estimate = estimate();
    if (Double.isNaN(estimate)) {
      return new Interval((from + to) / 2, from, to);
    }
    double low = BoundedMean.reaches(this::pValueAbove, level, from, to);
    double high = -BoundedMean.reaches(c -> pValueBelow(-c), level, -to, -from);
    return new Interval(estimate, Math.min(low, high), Math.max(low, high));
  }
}
