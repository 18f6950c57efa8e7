package dev.treadle.measure.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Estimates what a candidate policy would have earned, from what was logged under another one.
 *
 * <p>Each record says what was chosen, with what probability, and what it earned; with the
 * candidate's probabilities its weight is w = target / propensity. The estimates:
 *
 * <ul>
 *   <li>inverse propensity: the mean of w r (Horvitz and Thompson, 1952). No bias, wide where
 *       weights are large;
 *   <li>self-normalised: Σ w r / Σ w (Hájek; Swaminathan and Joachims, 2015). A small bias, mostly
 *       narrower, never outside the rewards' range;
 *   <li>doubly robust: the model's expectation plus the mean of w (r - model) (Dudík, Langford and
 *       Li, 2011). No bias where the propensities are right, narrow where the model is good. The
 *       model must not have learned from the records that it is used on;
 *   <li>replay: the mean reward of the records whose choice the candidate would make too (Li and
 *       others, 2011). Right only where the log chose evenly at random.
 * </ul>
 *
 * <p>The intervals hold about 95 %. Each inverts a test by random weights over groups with one
 * imaginary group added, as unlucky as the log allows ({@link BoundedMean}): one record of the
 * heaviest weight with the worst reward, and no better than the worst group seen; below 30 groups a
 * whole group of such records. So they stay honest where few records carry the estimate, unlike the
 * normal approximation. Immutable; nothing is drawn at random.
 */
public final class OffPolicy {
  private static final double LEVEL = 0.025;
  private static final double FEW = 30;
  private static final double HEAVY = 0.1;

  /**
   * One logged choice.
   *
   * @param action what was chosen: its number, from 0
   * @param propensity with what probability, above 0
   * @param target the candidate's probabilities of all actions for this record; they sum to 1
   * @param model the expected reward of each action, for {@link #doublyRobust}; may be empty
   * @param group records of one group are not independent: the conversation
   */
  @SuppressWarnings(
      "ArrayRecordComponent") // Many records of few numbers: boxed ones are too large.
  public record Logged(
      int action, double propensity, double reward, double[] target, double[] model, String group) {
    public Logged {
      target = target.clone();
      model = model.clone();
      if (!(propensity > 0 && propensity <= 1) || !Double.isFinite(reward)) {
        throw new IllegalArgumentException(
            "a logged choice needs a propensity above 0, at most 1, and a finite reward, not %s and %s"
                .formatted(propensity, reward));
      }
      if (action < 0 || action >= target.length) {
        throw new IllegalArgumentException(
            "action %d is not one of the %d of the target".formatted(action, target.length));
      }
      if (model.length != 0 && model.length != target.length) {
        throw new IllegalArgumentException(
            "the model knows %d actions, the target %d".formatted(model.length, target.length));
      }
      double sum = 0;
      for (double share : target) {
        sum += share >= 0 ? share : Double.NaN;
      }
      if (!(Math.abs(sum - 1) < 1e-6)) {
        throw new IllegalArgumentException("the target's probabilities sum to " + sum);
      }
    }

    double weight() {
      return target[action] / propensity;
    }
  }

  private final List<Logged> log;
  private final double lowest;
  private final double highest;
  private final double cap;
  private final Groups groups;

  private OffPolicy(List<Logged> log, double lowest, double highest, double cap) {
    if (!(highest - lowest > 0 && highest - lowest < Double.POSITIVE_INFINITY) || !(cap > 0)) {
      throw new IllegalArgumentException(
          "rewards from %s to %s with weights up to %s make no sense"
              .formatted(lowest, highest, cap));
    }
    for (Logged it : log) {
      if (!(it.reward() >= lowest && it.reward() <= highest)) {
        throw new IllegalArgumentException(
            "a reward of %s is outside %s..%s".formatted(it.reward(), lowest, highest));
      }
    }
    this.log = List.copyOf(log);
    this.lowest = lowest;
    this.highest = highest;
    this.cap = cap;
    this.groups = Groups.of(log, Logged::group);
  }

  /** Of rewards from 0 to 1; weights as they are. */
  public static OffPolicy of(List<Logged> log) {
    return new OffPolicy(log, 0, 1, Double.POSITIVE_INFINITY);
  }

  /**
   * Of rewards in a range, such as costs up to the dearest call.
   *
   * @param cap weights above it are lowered to it, which biases the estimates; infinite for none
   */
  public static OffPolicy of(List<Logged> log, double lowest, double highest, double cap) {
    return new OffPolicy(log, lowest, highest, cap);
  }

  public int records() {
    return log.size();
  }

  /** How many weights the cap lowered. */
  public int clipped() {
    return (int) log.stream().filter(it -> it.weight() > cap).count();
  }

  private double weight(Logged it) {
    return Math.min(it.weight(), cap);
  }

  /** The mean of w r. */
  public Interval inversePropensity() {
    double[] sums = groups.sums(it -> weight(log.get(it)) * log.get(it).reward());
    double[] sizes = groups.sums(_ -> 1);
    double heaviest = heaviest();
    boolean areFew = groups.count() < FEW;
    return clippedToRange(
        new Ratio(
                sums,
                sizes,
                Math.min(0, lowest) * heaviest,
                areFew ? groups.largest() : 1,
                Math.max(0, highest) * heaviest,
                areFew ? groups.meanSize() : 1)
            .interval(LEVEL, lowest, highest));
  }

  /** Σ w r / Σ w. */
  public Interval selfNormalized() {
    double[] sums = groups.sums(it -> weight(log.get(it)) * log.get(it).reward());
    double[] weights = groups.sums(it -> weight(log.get(it)));
    double heaviest = heaviest();
    return clippedToRange(
        new Ratio(sums, weights, lowest * heaviest, heaviest, highest * heaviest, heaviest)
            .interval(LEVEL, lowest, highest));
  }

  /** The model's expectation, corrected by the mean of w (r - model). Needs models. */
  public Interval doublyRobust() {
    if (log.stream().anyMatch(it -> it.model().length == 0)) {
      throw new IllegalArgumentException("the doubly robust estimate needs a model's rewards");
    }
    double[] corrections = groups.sums(it -> correction(log.get(it)));
    double[] sums = groups.sums(it -> expected(log.get(it)) + correction(log.get(it)));
    double[] sizes = groups.sums(_ -> 1);
    double value = log.stream().mapToDouble(OffPolicy::expected).average().orElse(0);
    double luck =
        heaviest(groups.sums(it -> weight(log.get(it)))) * (highest - lowest) / groups.count();
    for (double correction : corrections) {
      luck = Math.max(luck, Math.abs(correction));
    }
    double size = groups.meanSize();
    return clippedToRange(
        new Ratio(sums, sizes, value * size - luck, size, value * size + luck, size)
            .interval(LEVEL, lowest, highest));
  }

  private double correction(Logged it) {
    return weight(it) * (it.reward() - it.model()[it.action()]);
  }

  private static double expected(Logged it) {
    double sum = 0;
    for (int action = 0; action < it.model().length; action++) {
      sum += it.target()[action] * it.model()[action];
    }
    return sum;
  }

  /** The mean reward where the candidate's likeliest action was the logged one. */
  public Interval replay() {
    double[] sums = groups.sums(it -> isMatch(log.get(it)) ? log.get(it).reward() : 0);
    double[] matches = groups.sums(it -> isMatch(log.get(it)) ? 1 : 0);
    double most = 0;
    for (double it : matches) {
      most = Math.max(most, it);
    }
    return clippedToRange(
        new Ratio(sums, matches, lowest * most, most, highest * most, most)
            .interval(LEVEL, lowest, highest));
  }

  /** How many records replay can use. */
  public int matches() {
    return (int) log.stream().filter(OffPolicy::isMatch).count();
  }

  private static boolean isMatch(Logged it) {
    int likeliest = 0;
    for (int action = 1; action < it.target().length; action++) {
      likeliest = it.target()[action] > it.target()[likeliest] ? action : likeliest;
    }
    return likeliest == it.action();
  }

  /** How many evenly weighted records the log is worth: (Σ w)² / Σ w² (Kish, 1965). */
  public double effectiveSampleSize() {
    double sum = 0;
    double squares = 0;
    for (Logged it : log) {
      sum += weight(it);
      squares += weight(it) * weight(it);
    }
    return squares == 0 ? 0 : sum * sum / squares;
  }

  /**
   * How much of what the candidate would do is seen in the log: the mean weight, which is 1 where
   * the log could have chosen everything that the candidate chooses.
   */
  public Interval support() {
    double heaviest = heaviest(groups.sums(it -> log.get(it).weight()));
    return new Ratio(
            groups.sums(it -> log.get(it).weight()),
            groups.sums(_ -> 1),
            0,
            groups.largest(),
            heaviest,
            groups.meanSize())
        .interval(LEVEL, 0, Math.max(2, heaviest));
  }

  /** What to know before believing an estimate, in plain words; nothing where all is well. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    double size = effectiveSampleSize();
    if (size < FEW) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%d records are worth %.1f for this candidate: the estimates say little",
              log.size(),
              size));
    }
    Interval support = support();
    if (support.high() < 1) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the candidate leaves the log: only %.0f %% of its choices could be seen there (at most %.0f %%)",
              100 * support.estimate(),
              100 * support.high()));
    }
    double sum = 0;
    double heaviest = 0;
    for (Logged it : log) {
      sum += weight(it);
      heaviest = Math.max(heaviest, weight(it));
    }
    if (heaviest > HEAVY * sum) {
      warnings.add(
          String.format(
              Locale.ROOT, "one record carries %.0f %% of the weight", 100 * heaviest / sum));
    }
    if (clipped() > 0) {
      warnings.add(
          "%d %s lowered to %s: the estimates are biased"
              .formatted(clipped(), clipped() == 1 ? "weight was" : "weights were", cap));
    }
    return List.copyOf(warnings);
  }

  /** The imaginary group's weight: of one record, or of a group where there are few of them. */
  private double heaviest() {
    return heaviest(
        groups.count() < FEW
            ? groups.sums(it -> weight(log.get(it)))
            : log.stream().mapToDouble(this::weight).toArray());
  }

  private static double heaviest(double[] weights) {
    return Arrays.stream(weights).max().orElse(0);
  }

  /** A mean of values in a range is in it too. */
  private Interval clippedToRange(Interval it) {
    return new Interval(
        it.estimate(),
        Math.clamp(it.low(), lowest, highest),
        Math.clamp(it.high(), lowest, highest));
  }
}
