package dev.treadle.measure.statistics;

/** Tails of the binomial distribution, and the exact interval of a share by them. */
public final class Binomial {
  private Binomial() {}

  /** The chance of at least so many successes. */
  public static double atLeast(int successes, int trials, double chance) {
    check(successes, trials);
    return successes == 0
        ? 1
        : BetaFunction.regularized(chance, successes, trials - successes + 1.0);
  }

  /**
   * The interval of a share that covers it with at least a confidence such as 0.95 (Clopper and
   * Pearson, 1934). Wider than {@link Wilson}'s, and never too narrow.
   */
  public static Interval interval(int successes, int trials, double confidence) {
    check(successes, trials);
    if (trials == 0) {
      return new Interval(0.5, 0, 1);
    }
    double level = (1 - confidence) / 2;
    double low =
        successes == 0 ? 0 : BoundedMean.reaches(p -> atLeast(successes, trials, p), level, 0, 1);
    double high =
        successes == trials
            ? 1
            : 1 - BoundedMean.reaches(p -> atLeast(trials - successes, trials, p), level, 0, 1);
    return new Interval((double) successes / trials, low, high);
  }

  private static void check(int successes, int trials) {
    if (successes < 0 || successes > trials) {
      throw new IllegalArgumentException("%d of %d is no share".formatted(successes, trials));
    }
  }
}
