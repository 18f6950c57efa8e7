package dev.treadle.measure.statistics;

/** An estimate and the interval that it was estimated to lie in. Ends may be infinite. */
public record Interval(double estimate, double low, double high) {
  public Interval {
    if (Double.isNaN(estimate) || !(low <= high)) {
      throw new IllegalArgumentException(
          "an interval needs an estimate and low <= high, not %s in %s..%s"
              .formatted(estimate, low, high));
    }
  }

  /** Whether a value lies between the ends, which belong to it. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  public double width() {
    return high - low;
  }
}
