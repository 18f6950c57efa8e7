package dev.treadle.app.wheel;

import dev.treadle.app.workspace.WheelSettings;
import dev.treadle.measure.statistics.PairedGate;
import dev.treadle.measure.statistics.PairedGate.GuardRail;
import dev.treadle.measure.statistics.PairedGate.Scale;
import dev.treadle.measure.statistics.PairedGate.Verdict;
import dev.treadle.routing.Policy;
import dev.treadle.routing.PolicyEvaluation;
import dev.treadle.routing.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares a candidate with what is live on comparisons that neither learned from, and says whether
 * it is proven better.
 */
public final class RouteGate {
  /** One seed for all intervals: the same comparisons give the same numbers. */
  private static final long SEED = 1;

  private final WheelSettings wheel;

  /**
   * What the gate found.
   *
   * @param verdict of the candidate against what is live
   * @param overBest of the candidate against always taking the best single target: for the report
   * @param rows what is live, the candidate, and what there is to beat
   */
  public record Judged(
      Verdict verdict, String bestTarget, Verdict overBest, List<PolicyEvaluation.Result> rows) {
    public Judged {
      rows = List.copyOf(rows);
    }
  }

  public RouteGate(WheelSettings wheel) {
    this.wheel = wheel;
  }

  /**
   * Judges.
   *
   * @param targets each is also tried on its own
   */
  public Judged judge(List<Compared> heldOut, Policy live, Policy candidate, List<Target> targets) {
    PolicyEvaluation evaluation =
        new PolicyEvaluation(heldOut.stream().map(Compared::observation).toList(), SEED);
    List<PolicyEvaluation.Result> rows = new ArrayList<>();
    rows.add(evaluation.of("live", live));
    rows.add(evaluation.of("candidate", candidate));
    rows.addAll(evaluation.baselines(targets));
    Target best = best(rows, targets);
    PairedGate gate = new PairedGate(wheel.minimumPairs(), wheel.level());
    PolicyEvaluation.Pairs pairs = evaluation.pairs(live, candidate);
    return new Judged(
        gate.judge(pairs.quality(), rails(pairs)),
        best.toString(),
        gate.judge(evaluation.pairs(always(best), candidate).quality()),
        rows);
  }

  private List<GuardRail> rails(PolicyEvaluation.Pairs pairs) {
    return wheel.costMargin().isEmpty() || pairs.costUsd().isEmpty()
        ? List.of()
        : List.of(
            new GuardRail("cost", Scale.AMOUNT, wheel.costMargin().getAsDouble(), pairs.costUsd()));
  }

  /** The target that is best in the mean, by its row among what there is to beat. */
  private static Target best(List<PolicyEvaluation.Result> rows, List<Target> targets) {
    Target best = targets.getFirst();
    double most = -1;
    for (Target target : targets) {
      for (PolicyEvaluation.Result row : rows) {
        boolean isIts = row.name().equals("always " + target) && row.comparisons() > 0;
        if (isIts && row.quality().estimate() > most) {
          most = row.quality().estimate();
          best = target;
        }
      }
    }
    return best;
  }

  private static Policy always(Target target) {
    return new Policy.Chain(List.of(target));
  }
}
