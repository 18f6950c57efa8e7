package dev.treadle.training.report;

/**
 * A mean that forgets: each loss counts a share, those before it less and less. The first ones are
 * not drawn towards zero.
 */
public final class Smoothing {
  private static final double SHORTEST = 10;

  /** A curve of any length shows about as many ups and downs. */
  private static final double PIECES = 60;

  private final double kept;
  private double sum;
  private double weight;

  private Smoothing(double length) {
    this.kept = 1 - 1 / length;
  }

  /** Over about ten losses, or a sixtieth of a run that is longer than 600 steps. */
  public static Smoothing of(int steps) {
    return new Smoothing(Math.max(SHORTEST, steps / PIECES));
  }

  /** Takes in one loss and tells the mean; what is no number is passed over. */
  public double next(double loss) {
    if (Double.isFinite(loss)) {
      sum = sum * kept + loss * (1 - kept);
      weight = weight * kept + (1 - kept);
    }
    return value();
  }

  /** The mean so far; no number before the first loss. */
  public double value() {
    return weight == 0 ? Double.NaN : sum / weight;
  }
}
