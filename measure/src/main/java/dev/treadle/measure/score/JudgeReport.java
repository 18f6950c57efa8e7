package dev.treadle.measure.score;

import dev.treadle.measure.statistics.Interval;
import dev.treadle.measure.statistics.Wilson;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How far a judging model can be trusted: its grades beside labels that people, or references, gave
 * to the same answers.
 *
 * @param cases how many answers were graded and labelled
 * @param unscored how many of them the judge gave no grade
 * @param agreement the share on which judge and label say the same, good or bad
 * @param kappa Cohen's: agreement beyond what chance would give; 1 is perfect, 0 is chance
 * @param calibrationError mean difference between grade and share of good answers, in ten bins
 * @param auroc how often a good answer was graded above a bad one; absent where all are alike
 * @param lengthBias correlation of the grade's error with the answer's length: above 0 the judge
 *     likes long answers; absent where nothing varies
 */
public record JudgeReport(
    int cases,
    int unscored,
    Optional<Interval> agreement,
    double kappa,
    double calibrationError,
    Optional<Interval> auroc,
    Optional<Interval> lengthBias) {
  private static final int BINS = 10;
  private static final double Z = 1.96;

  /**
   * An answer with the judge's grade and its label.
   *
   * @param grade 0 to 1, or -1
   * @param characters of the answer
   */
  public record Case(double grade, boolean isGood, int characters) {}

  /** What a judge said of two answers, each way round. */
  public record PairCase(JudgeProtocol.Preference given, JudgeProtocol.Preference exchanged) {}

  /**
   * Whether a judge goes by the place.
   *
   * @param consistent the share of pairs on which it said the same both ways
   * @param first the share of the verdicts for one of the places that were for the first; half
   *     where it goes by the answers
   */
  public record PlaceBias(Optional<Interval> consistent, Optional<Interval> first) {}

  /** Compares; an answer is good from half of the scale on. */
  public static JudgeReport of(List<Case> all) {
    List<Case> graded = all.stream().filter(it -> it.grade() >= 0).toList();
    int n = graded.size();
    int agreed = 0;
    int judgedGood = 0;
    int good = 0;
    for (Case it : graded) {
      boolean isJudgedGood = it.grade() >= 0.5;
      agreed += isJudgedGood == it.isGood() ? 1 : 0;
      judgedGood += isJudgedGood ? 1 : 0;
      good += it.isGood() ? 1 : 0;
    }
    double chance =
        n == 0 ? 1 : ((double) judgedGood * good + (double) (n - judgedGood) * (n - good)) / n / n;
    double share = n == 0 ? 0 : (double) agreed / n;
    return new JudgeReport(
        all.size(),
        all.size() - n,
        n == 0 ? Optional.empty() : Optional.of(Wilson.interval(agreed, n)),
        chance == 1 ? 0 : (share - chance) / (1 - chance),
        calibrationError(graded),
        auroc(graded, good),
        lengthBias(graded));
  }

  private static double calibrationError(List<Case> graded) {
    double[] grades = new double[BINS];
    double[] goods = new double[BINS];
    for (Case it : graded) {
      int bin = Math.min(BINS - 1, (int) (it.grade() * BINS));
      grades[bin] += it.grade();
      goods[bin] += it.isGood() ? 1 : 0;
    }
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      error += Math.abs(grades[bin] - goods[bin]);
    }
    return graded.isEmpty() ? 0 : error / graded.size();
  }

  /** With the interval of Hanley and McNeil (1982). */
  private static Optional<Interval> auroc(List<Case> graded, int good) {
    int bad = graded.size() - good;
    if (good == 0 || bad == 0) {
      return Optional.empty();
    }
    double[] bads = graded.stream().filter(it -> !it.isGood()).mapToDouble(Case::grade).toArray();
    Arrays.sort(bads);
    double won = 0;
    for (Case it : graded) {
      won += it.isGood() ? (below(bads, it.grade()) + upTo(bads, it.grade())) / 2.0 : 0;
    }
    double area = won / ((double) good * bad);
    double q1 = area / (2 - area);
    double q2 = 2 * area * area / (1 + area);
    double variance =
        (area * (1 - area) + (good - 1) * (q1 - area * area) + (bad - 1) * (q2 - area * area))
            / ((double) good * bad);
    double reach = Z * Math.sqrt(Math.max(0, variance));
    return Optional.of(new Interval(area, Math.max(0, area - reach), Math.min(1, area + reach)));
  }

  private static int below(double[] sorted, double value) {
    int at = Arrays.binarySearch(sorted, value);
    int i = at < 0 ? -at - 1 : at;
    while (i > 0 && sorted[i - 1] == value) {
      i--;
    }
    return i;
  }

  private static int upTo(double[] sorted, double value) {
    int i = below(sorted, value);
    while (i < sorted.length && sorted[i] == value) {
      i++;
    }
    return i;
  }

  /** Pearson's correlation with the logarithm of the length, with Fisher's interval. */
  private static Optional<Interval> lengthBias(List<Case> graded) {
    int n = graded.size();
    double[] errors =
        graded.stream().mapToDouble(it -> it.grade() - (it.isGood() ? 1 : 0)).toArray();
    double[] lengths = graded.stream().mapToDouble(it -> Math.log1p(it.characters())).toArray();
    double meanError = Arrays.stream(errors).average().orElse(0);
    double meanLength = Arrays.stream(lengths).average().orElse(0);
    double both = 0;
    double ofErrors = 0;
    double ofLengths = 0;
    for (int i = 0; i < n; i++) {
      both += (errors[i] - meanError) * (lengths[i] - meanLength);
      ofErrors += (errors[i] - meanError) * (errors[i] - meanError);
      ofLengths += (lengths[i] - meanLength) * (lengths[i] - meanLength);
    }
    if (n < 5 || ofErrors < 1e-12 || ofLengths < 1e-12) {
      return Optional.empty();
    }
    double correlation = Math.clamp(both / Math.sqrt(ofErrors * ofLengths), -0.999999, 0.999999);
    double fisher = 0.5 * Math.log((1 + correlation) / (1 - correlation));
    double reach = Z / Math.sqrt(n - 3.0);
    return Optional.of(
        new Interval(correlation, Math.tanh(fisher - reach), Math.tanh(fisher + reach)));
  }

  /** Looks at pairs that were judged both ways. */
  public static PlaceBias placeBias(List<PairCase> pairs) {
    int same = 0;
    int first = 0;
    int placed = 0;
    for (PairCase it : pairs) {
      same += it.given() == it.exchanged().exchanged() ? 1 : 0;
      for (JudgeProtocol.Preference verdict : List.of(it.given(), it.exchanged())) {
        placed += verdict == JudgeProtocol.Preference.TIE ? 0 : 1;
        first += verdict == JudgeProtocol.Preference.FIRST ? 1 : 0;
      }
    }
    return new PlaceBias(
        pairs.isEmpty() ? Optional.empty() : Optional.of(Wilson.interval(same, pairs.size())),
        placed == 0 ? Optional.empty() : Optional.of(Wilson.interval(first, placed)));
  }
}
