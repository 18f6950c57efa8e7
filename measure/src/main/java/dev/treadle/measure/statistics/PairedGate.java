package dev.treadle.measure.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Decides whether a candidate is proven better than what is live, on the same held-out items.
 *
 * <p>A candidate is better when two things are shown, each by a one-sided test at the same level.
 * On the metric: that its mean score is above the live one's. On every guard rail: that it is not
 * worse by more than the rail's margin. As all of them are needed, no correction for their number
 * is due: whoever fails one in truth passes with a chance of at most the level. The tests are those
 * of {@link BoundedMean}, over groups: pairs of one group (a conversation) count as one draw, and
 * one imaginary pair is added that the candidate loses entirely (below 30 groups: a whole group of
 * them). For right-or-wrong scores without groups the test of the metric is McNemar's exact one.
 *
 * @param minimumPairs fewer pairs are refused, whatever they show
 * @param level of each test, such as 0.05
 */
public record PairedGate(int minimumPairs, double level) {
  /** At least 30 pairs, at the level of 5 %. */
  public static final PairedGate DEFAULT = new PairedGate(30, 0.05);

  public PairedGate {
    if (minimumPairs < 1 || !(level > 0 && level < 0.5)) {
      throw new IllegalArgumentException(
          "the gate needs at least 1 pair and a level between 0 and 0.5, not %d and %s"
              .formatted(minimumPairs, level));
    }
  }

  /**
   * What live and candidate got on the same item.
   *
   * @param group pairs of one group are not independent: the conversation, or the item itself
   */
  public record Pair(double live, double candidate, String group) {
    public Pair {
      if (!Double.isFinite(live) || !Double.isFinite(candidate)) {
        throw new IllegalArgumentException(
            "a pair needs two finite values, not %s and %s".formatted(live, candidate));
      }
    }
  }

  /** What a guard rail's values are, which says what its margin means. */
  public enum Scale {
    /** From 0 to 1, more is better. The margin is absolute: 0.02 is two points. */
    SCORE,
    /** From 0 to 1, less is better, such as failed or not. The margin is absolute. */
    FAILURE,
    /** Not negative, less is better: cost, latency. The margin is a share of the live mean. */
    AMOUNT
  }

  /** What has to be shown of a guard rail. */
  public enum Demand {
    /** That the candidate is not worse by more than the margin. */
    PROOF,
    /**
     * Nothing, as long as the candidate is not shown to be worse and not estimated to be worse by
     * more than the margin. For rails with few pairs; it promises nothing about errors.
     */
    NO_EVIDENCE_AGAINST
  }

  /** Something that must not get worse, and by how much it may. */
  public record GuardRail(
      String name, Scale scale, double margin, Demand demand, List<Pair> pairs) {
    public GuardRail {
      pairs = List.copyOf(pairs);
      if (!(margin >= 0) || !Double.isFinite(margin)) {
        throw new IllegalArgumentException(
            "the margin of %s must be 0 or more, not %s".formatted(name, margin));
      }
      Range.check(name, scale, pairs);
    }

    /** A rail that needs proof. */
    public GuardRail(String name, Scale scale, double margin, List<Pair> pairs) {
      this(name, scale, margin, Demand.PROOF, pairs);
    }
  }

  /**
   * What came out on one guard rail.
   *
   * @param excess by how much the candidate is worse, per pair; an AMOUNT's as a share of live's
   *     mean
   * @param pValue of the test that its demand asks for
   */
  public record RailResult(
      String name, boolean holds, Interval excess, double margin, double pValue, int pairs) {}

  /**
   * What came out.
   *
   * @param difference candidate minus live, with the interval that excludes 0 exactly where the
   *     test of the metric does: at level 0.05 it is the one of 90 %
   * @param pValue of the test of the metric
   * @param reasons in plain words: why it was refused, or what was shown
   */
  public record Verdict(
      boolean isBetter,
      Interval difference,
      double pValue,
      int pairs,
      int groups,
      List<RailResult> rails,
      List<String> reasons) {
    public Verdict {
      rails = List.copyOf(rails);
      reasons = List.copyOf(reasons);
    }
  }

  /** Judges by the metric alone. */
  public Verdict judge(List<Pair> pairs) {
    return judge(pairs, List.of());
  }

  /**
   * Judges a candidate.
   *
   * @param pairs scores from 0 to 1, more is better
   */
  public Verdict judge(List<Pair> pairs, List<GuardRail> rails) {
    Range.check("the metric", Scale.SCORE, pairs);
    Excess gain = Excess.ofDifferences(pairs);
    double pValue = gain.pValueAbove(0);
    List<String> reasons = new ArrayList<>();
    if (pairs.size() < minimumPairs) {
      reasons.add(
          "%s: %d are needed before anything is compared"
              .formatted(counted(pairs.size(), "pair"), minimumPairs));
    } else if (!(pValue < level)) {
      reasons.add(notShown(gain, pValue));
    }
    List<RailResult> results = new ArrayList<>();
    for (GuardRail rail : rails) {
      RailResult result = RailTest.of(rail, level);
      results.add(result);
      if (!result.holds()) {
        reasons.add(RailTest.refusal(rail, result, level));
      }
    }
    boolean isBetter = reasons.isEmpty();
    if (isBetter) {
      reasons.add(shown(gain, pValue));
    }
    return new Verdict(
        isBetter, gain.interval(level), pValue, pairs.size(), gain.groups(), results, reasons);
  }

  private String notShown(Excess gain, double pValue) {
    String few =
        gain.areGroupsFew() && gain.groups() < gain.pairs()
            ? "; pairs of one group count as one, and these groups are few"
            : "";
    return "not proven better: %s a pair over %s in %s (p = %s, needed: below %s)%s"
        .formatted(
            points(gain.estimate()),
            counted(gain.pairs(), "pair"),
            counted(gain.groups(), "group"),
            number(pValue),
            level,
            few);
  }

  private static String shown(Excess gain, double pValue) {
    return "proven better: %s a pair over %s in %s (p = %s)"
        .formatted(
            points(gain.estimate()),
            counted(gain.pairs(), "pair"),
            counted(gain.groups(), "group"),
            number(pValue));
  }

  static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  static String points(double difference) {
    return String.format(Locale.ROOT, "%+.1f points", 100 * difference);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
