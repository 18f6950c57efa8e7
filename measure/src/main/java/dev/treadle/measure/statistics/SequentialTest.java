package dev.treadle.measure.statistics;

import dev.treadle.measure.statistics.PairedGate.Pair;
import java.util.List;

/**
 * Compares a candidate with what is live while results come in, and may be looked at after every
 * batch: it stops falsely with a chance of at most its level, however often one looks.
 *
 * <p>It bets against "no difference" (Waudby-Smith and Ramdas, 2024): a fortune of 1 is multiplied
 * by 1 + bet * difference for each result, with bets small enough never to lose it all. Where there
 * is no difference the fortune is expected to stay what it is, and the chance that it ever reaches
 * 1/level is at most level (Ville, 1939). Twelve sizes of bets are played side by side, each with a
 * twelfth of the money, so that none has to be guessed.
 *
 * <p>Results are pairs (both answered the same item) or trials (each was answered by one of the
 * two, drawn with a known share, as in an experiment or a canary). Of a trial the difference is
 * (reward - baseline) / share for the candidate and -(reward - baseline) / (1 - share) for live,
 * whose expectation is the difference of the two; the baseline is the mean of earlier batches and
 * makes it less noisy. Rewards lie in 0..1; the mean of a group within a batch counts as one
 * result, so a conversation should not be spread over batches. Immutable.
 */
public final class SequentialTest {
  private static final double[] BETS = bets();

  /** What is known so far; the first two end the test. */
  public enum Outcome {
    BETTER,
    WORSE,
    UNDECIDED
  }

  /**
   * One result of an experiment.
   *
   * @param share the probability with which the candidate was drawn, above 0 and below 1
   * @param reward from 0 to 1
   * @param group the conversation
   */
  public record Trial(boolean isCandidate, double share, double reward, String group) {
    public Trial {
      if (!(share > 0 && share < 1) || !(reward >= 0 && reward <= 1)) {
        throw new IllegalArgumentException(
            "a trial needs a share above 0, below 1, and a reward in 0..1, not %s and %s"
                .formatted(share, reward));
      }
    }
  }

  private final double levelBetter;
  private final double levelWorse;
  private final double tolerance;
  private final double[] better = new double[BETS.length];
  private final double[] worse = new double[BETS.length];
  private final ValidInterval interval;
  private Outcome outcome = Outcome.UNDECIDED;
  private double mostBetter;
  private double mostWorse;
  private int results;
  private int batches;
  private double rewards = 0.5;
  private double rewardCount = 1;

  private SequentialTest(
      double levelBetter, double levelWorse, double tolerance, ValidInterval interval) {
    this.levelBetter = levelBetter;
    this.levelWorse = levelWorse;
    this.tolerance = tolerance;
    this.interval = interval;
  }

  private SequentialTest(SequentialTest it) {
    this(it.levelBetter, it.levelWorse, it.tolerance, new ValidInterval(it.interval));
    System.arraycopy(it.better, 0, better, 0, BETS.length);
    System.arraycopy(it.worse, 0, worse, 0, BETS.length);
    outcome = it.outcome;
    mostBetter = it.mostBetter;
    mostWorse = it.mostWorse;
    results = it.results;
    batches = it.batches;
    rewards = it.rewards;
    rewardCount = it.rewardCount;
  }

  /** An experiment that ends when the candidate is shown to be better or to be worse. */
  public static SequentialTest experiment(double level) {
    check(level, 0);
    return new SequentialTest(level / 2, level / 2, 0, new ValidInterval(level));
  }

  /**
   * A guard that ends when the candidate is shown to be worse by more than a tolerance, and only
   * then.
   */
  public static SequentialTest guard(double level, double tolerance) {
    check(level, tolerance);
    return new SequentialTest(0, level, tolerance, new ValidInterval(level));
  }

  private static void check(double level, double tolerance) {
    if (!(level > 0 && level < 1) || !(tolerance >= 0 && tolerance < 1)) {
      throw new IllegalArgumentException(
          "a level in 0..1 and a tolerance from 0 are needed, not %s and %s"
              .formatted(level, tolerance));
    }
  }

  /** The test after one more batch of pairs. Once decided it stays so. */
  public SequentialTest afterPairs(List<Pair> batch) {
    SequentialTest next = new SequentialTest(this);
    Range.check("a pair", PairedGate.Scale.SCORE, batch);
    Groups groups = Groups.of(batch, Pair::group);
    double[] sums = groups.sums(it -> batch.get(it).candidate() - batch.get(it).live());
    double[] counts = groups.sums(_ -> 1);
    for (int i = 0; i < sums.length; i++) {
      next.add(sums[i] / counts[i], 1, 1);
    }
    next.look();
    return next;
  }

  /** The test after one more batch of trials. Once decided it stays so. */
  public SequentialTest afterTrials(List<Trial> batch) {
    SequentialTest next = new SequentialTest(this);
    double baseline = rewards / rewardCount;
    Groups groups = Groups.of(batch, Trial::group);
    double[] sums = groups.sums(it -> difference(batch.get(it), baseline));
    double[] counts = groups.sums(_ -> 1);
    double[] least = groups.least(it -> batch.get(it).share());
    double[] rest = groups.least(it -> 1 - batch.get(it).share());
    for (int i = 0; i < sums.length; i++) {
      double lowest = Math.max(baseline / least[i], (1 - baseline) / rest[i]);
      double highest = Math.max((1 - baseline) / least[i], baseline / rest[i]);
      next.add(sums[i] / counts[i], lowest, highest);
    }
    for (Trial trial : batch) {
      next.rewards += trial.reward();
      next.rewardCount++;
    }
    next.look();
    return next;
  }

  private static double difference(Trial it, double baseline) {
    double off = it.reward() - baseline;
    return it.isCandidate() ? off / it.share() : -off / (1 - it.share());
  }

  /** Plays one result, known beforehand to lie between -lowest and highest. */
  private void add(double difference, double lowest, double highest) {
    for (int i = 0; i < BETS.length; i++) {
      better[i] += Math.log1p(BETS[i] * difference / lowest);
      worse[i] += Math.log1p(BETS[i] * (-difference - tolerance) / (highest + tolerance));
    }
    interval.add(difference, lowest + highest);
    results++;
  }

  private void look() {
    batches++;
    mostBetter = Math.max(mostBetter, fortune(better));
    mostWorse = Math.max(mostWorse, fortune(worse));
    if (outcome == Outcome.UNDECIDED) {
      boolean isBetter = levelBetter * mostBetter >= 1;
      boolean isWorse = levelWorse * mostWorse >= 1;
      outcome = isWorse ? Outcome.WORSE : isBetter ? Outcome.BETTER : Outcome.UNDECIDED;
    }
  }

  private static double fortune(double[] logs) {
    double sum = 0;
    for (double log : logs) {
      sum += Math.exp(log) / logs.length;
    }
    return sum;
  }

  public Outcome outcome() {
    return outcome;
  }

  /** How surprising the results ever were if the candidate is no better: always valid. */
  public double pValueBetter() {
    return Math.min(1, 1 / mostBetter);
  }

  /** How surprising they ever were if it is not worse by more than the tolerance: always valid. */
  public double pValueWorse() {
    return Math.min(1, 1 / mostWorse);
  }

  /** Candidate minus live, with an interval that holds at all times together. */
  public Interval difference() {
    return interval.interval();
  }

  /** How many independent results were played. */
  public int results() {
    return results;
  }

  public int batches() {
    return batches;
  }

  private static double[] bets() {
    double[] bets = new double[12];
    for (int i = 0; i < bets.length; i++) {
      bets[i] = 0.95 * Math.pow(1.5, i - (bets.length - 1.0));
    }
    return bets;
  }
}
