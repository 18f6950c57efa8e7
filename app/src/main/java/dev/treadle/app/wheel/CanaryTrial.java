package dev.treadle.app.wheel;

import dev.treadle.app.workspace.WheelSettings;
import dev.treadle.measure.statistics.Interval;
import dev.treadle.measure.statistics.SequentialTest;
import dev.treadle.measure.statistics.SequentialTest.Outcome;
import dev.treadle.measure.statistics.SequentialTest.Trial;
import java.util.List;
import java.util.Locale;

/**
 * What is known of a canary so far.
 *
 * @param outcome undecided also where there are too few conversations
 * @param conversations that were judged, of both arms
 * @param candidates of them, those that the canary decided
 * @param candidateScore their mean; 0 without any
 * @param liveScore the mean of the others; 0 without any
 * @param difference candidate minus live, with an interval that holds at all times together
 * @param pBetter how surprising it ever was if the canary is no better
 * @param pWorse how surprising it ever was if it is no worse
 */
public record CanaryTrial(
    Outcome outcome,
    int conversations,
    int candidates,
    double candidateScore,
    double liveScore,
    Interval difference,
    double pBetter,
    double pWorse) {

  /** Plays the conversations one by one, as they were settled. */
  static CanaryTrial of(List<CanaryTraffic.Earned> earned, double share, WheelSettings wheel) {
    SequentialTest test = SequentialTest.experiment(wheel.level());
    for (CanaryTraffic.Earned it : earned) {
      test =
          test.afterTrials(
              List.of(new Trial(it.isCandidate(), share, it.reward(), it.conversation())));
    }
    return new CanaryTrial(
        earned.size() < wheel.minimumPairs() ? Outcome.UNDECIDED : test.outcome(),
        earned.size(),
        (int) earned.stream().filter(CanaryTraffic.Earned::isCandidate).count(),
        mean(earned, true),
        mean(earned, false),
        test.difference(),
        test.pValueBetter(),
        test.pValueWorse());
  }

  private static double mean(List<CanaryTraffic.Earned> earned, boolean isCandidate) {
    return earned.stream()
        .filter(it -> it.isCandidate() == isCandidate)
        .mapToDouble(CanaryTraffic.Earned::reward)
        .average()
        .orElse(0);
  }

  /** One line for people. */
  public String why() {
    String seen =
        String.format(
            Locale.ROOT,
            "%.3f against %.3f over %,d judged conversations, %,d of them the canary's",
            candidateScore,
            liveScore,
            conversations,
            candidates);
    return switch (outcome) {
      case BETTER ->
          String.format(Locale.ROOT, "canary proven better: %s (p = %.3g)", seen, pBetter);
      case WORSE -> String.format(Locale.ROOT, "canary proven worse: %s (p = %.3g)", seen, pWorse);
      case UNDECIDED -> "canary not decided yet: " + seen;
    };
  }
}
