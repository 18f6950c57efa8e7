package dev.treadle.measure.statistics;

/** The interval of a share by its score test (Wilson, 1927): about right even for few trials. */
public final class Wilson {
  private Wilson() {}

  /** The interval of 95 %. */
  public static Interval interval(int successes, int trials) {
    return interval(successes, trials, 0.95);
  }

  /** The interval of a confidence such as 0.95. Of no trials it is everything. */
  public static Interval interval(int successes, int trials, double confidence) {
    if (successes < 0 || successes > trials) {
      throw new IllegalArgumentException("%d of %d is no share".formatted(successes, trials));
    }
    if (trials == 0) {
      return new Interval(0.5, 0, 1);
    }
    double z = Normal.quantile(0.5 + confidence / 2);
    double share = (double) successes / trials;
    double shrink = 1 + z * z / trials;
    double middle = (share + z * z / (2.0 * trials)) / shrink;
    double reach =
        z * Math.sqrt(share * (1 - share) / trials + z * z / (4.0 * trials * trials)) / shrink;
    return new Interval(
        share, Math.clamp(middle - reach, 0, share), Math.clamp(middle + reach, share, 1));
  }
}
