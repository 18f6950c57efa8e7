package dev.treadle.measure.statistics;

import dev.treadle.measure.statistics.PairedGate.Pair;
import java.util.List;

/**
 * By how much a candidate exceeds what is live, per pair or as a share of live's amounts, tested
 * without an assumption about distributions.
 */
final class Excess {
  private static final double MOST = 1e9;
  private static final int FEW = 30;

  private final List<Pair> pairs;
  private final Groups groups;
  private final double[] above;
  private final double[] units;

  /** The largest amount seen; 1 where the values are scores. */
  private final double largest;

  private final boolean isShare;

  private Excess(List<Pair> pairs, int sign, boolean isShare) {
    this.pairs = pairs;
    this.isShare = isShare;
    this.groups = Groups.of(pairs, Pair::group);
    this.above = groups.sums(it -> sign * (pairs.get(it).candidate() - pairs.get(it).live()));
    this.units = groups.sums(it -> isShare ? pairs.get(it).live() : 1);
    double most = 0;
    for (Pair pair : pairs) {
      most = Math.max(most, Math.max(pair.live(), pair.candidate()));
    }
    this.largest = isShare ? most : 1;
  }

  /** Candidate minus live, per pair, of values from 0 to 1. */
  static Excess ofDifferences(List<Pair> pairs) {
    return new Excess(pairs, 1, false);
  }

  /** Live minus candidate, per pair, of values from 0 to 1. */
  static Excess ofShortfalls(List<Pair> pairs) {
    return new Excess(pairs, -1, false);
  }

  /** Candidate minus live of amounts, as a share of live's. */
  static Excess ofShares(List<Pair> pairs) {
    return new Excess(pairs, 1, true);
  }

  int pairs() {
    return pairs.size();
  }

  int groups() {
    return groups.count();
  }

  boolean areGroupsFew() {
    return groups.count() < FEW;
  }

  /** The excess itself: 0 where there is nothing to compare, infinite over nothing. */
  double estimate() {
    double estimate = ratio().estimate();
    return Double.isNaN(estimate) ? 0 : estimate;
  }

  /** How surprising the values are if the excess is at most c. */
  double pValueAbove(double c) {
    return ratio().pValueAbove(c);
  }

  /** How surprising the values are if the excess is at least c. */
  double pValueBelow(double c) {
    return ratio().pValueBelow(c);
  }

  /** What tests at a level on each side do not exclude. */
  Interval interval(double level) {
    if (isShare && estimate() == Double.POSITIVE_INFINITY) {
      return new Interval(estimate(), -1, estimate());
    }
    Interval it = ratio().interval(level, -1, isShare ? largestShare(level) : 1);
    return new Interval(estimate(), it.low(), it.high());
  }

  /**
   * The unlucky group is one pair in which the one has the most and the other the least, and no
   * better than the worst group seen; below 30 groups it is as large as the largest one. As a share
   * of live, the least of live is no unit at all. Amounts know no most: from 30 groups on the worst
   * one seen does.
   */
  private Ratio ratio() {
    double worst = areGroupsFew() ? groups.largest() * largest : isShare ? 0 : 1;
    return new Ratio(above, units, -worst, worst, worst, isShare ? 0 : worst);
  }

  /** A bound for the search: shares above it are excluded. */
  private double largestShare(double level) {
    double bound = 1;
    while (bound < MOST && pValueBelow(bound) >= level) {
      bound *= 2;
    }
    return bound;
  }
}
