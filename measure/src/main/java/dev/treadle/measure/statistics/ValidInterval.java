package dev.treadle.measure.statistics;

/**
 * An interval for a mean that may be looked at at any time: the empirical Bernstein confidence
 * sequence with predictable weights (Waudby-Smith and Ramdas, 2024, theorem 2).
 *
 * <p>For values x in a range of width R, seen in turn, with weights that depend on the past only,
 * |Σ w (x - mean)| stays below ln(2/level) + Σ ((x - mean so far)/R)² ψ(w R) at all times with a
 * chance of at least 1 - level, where ψ(v) = -ln(1 - v) - v.
 */
final class ValidInterval {
  private final double level;
  private double weights;
  private double weighted;
  private double spread;
  private double sum;
  private double squares;
  private int count;

  ValidInterval(double level) {
    this.level = level;
  }

  ValidInterval(ValidInterval it) {
    this(it.level);
    weights = it.weights;
    weighted = it.weighted;
    spread = it.spread;
    sum = it.sum;
    squares = it.squares;
    count = it.count;
  }

  /** Adds a value of a range whose width was known before it was seen. */
  void add(double value, double range) {
    double mean = sum / (count + 1);
    double variance = (range * range / 4 + squares) / (count + 1);
    double weight =
        Math.min(
            0.5 / range,
            Math.sqrt(2 * Math.log(2 / level) / (variance * (count + 1) * Math.log(count + 2))));
    double scaled = (value - mean) / range;
    double v = weight * range;
    weights += weight;
    weighted += weight * value;
    spread += scaled * scaled * (-Math.log1p(-v) - v);
    count++;
    sum += value;
    double off = value - sum / (count + 1);
    squares += off * off;
  }

  /** The weighted mean so far and its interval; between -1 and 1, where nothing is known. */
  Interval interval() {
    if (count == 0) {
      return new Interval(0, -1, 1);
    }
    double mean = weighted / weights;
    double reach = (Math.log(2 / level) + spread) / weights;
    return new Interval(mean, Math.max(-1, mean - reach), Math.min(1, mean + reach));
  }
}
