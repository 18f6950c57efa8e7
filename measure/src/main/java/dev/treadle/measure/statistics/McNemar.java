package dev.treadle.measure.statistics;

/**
 * The exact test of paired right-or-wrong outcomes (McNemar, 1947): where both are equally good, a
 * discordant pair is a fair coin. Pairs that agree say nothing.
 */
public final class McNemar {
  private McNemar() {}

  /**
   * How surprising so many wins are if the candidate is no better.
   *
   * @param wins pairs that only the candidate got right
   * @param losses pairs that only the other got right
   */
  public static double pValueBetter(int wins, int losses) {
    return Binomial.atLeast(wins, wins + losses, 0.5);
  }

  /** How surprising the outcome is if both are equally good. */
  public static double pValueDifferent(int wins, int losses) {
    return Math.min(1, 2 * pValueBetter(Math.max(wins, losses), Math.min(wins, losses)));
  }
}
