package dev.treadle.app.wheel;

import dev.treadle.app.workspace.WheelSettings;
import dev.treadle.measure.statistics.PairedGate;
import dev.treadle.measure.statistics.PairedGate.GuardRail;
import dev.treadle.measure.statistics.PairedGate.Scale;
import dev.treadle.measure.statistics.PairedGate.Verdict;
import dev.treadle.routing.Policy;
import dev.treadle.routing.PolicyEvaluation;
import dev.treadle.routing.PolicyEvaluation.Unpriced;
import dev.treadle.routing.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

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
   * @param withoutPrice whose answers count as free in all of it, the cost's guard rail too
   */
  public record Judged(
      Verdict verdict,
      String bestTarget,
      Verdict overBest,
      List<PolicyEvaluation.Result> rows,
      List<Unpriced> withoutPrice) {
    public Judged {
      rows = List.copyOf(rows);
      withoutPrice = List.copyOf(withoutPrice);
    }

    /** What to know of the costs, one line; nothing where each answer had one. */
    public Optional<String> note() {
      return withoutPrice.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "without a price, so free in these figures: "
                  + withoutPrice.stream().map(Judged::counted).collect(Collectors.joining(", ")));
    }

    private static String counted(Unpriced it) {
      return it.target()
          + (it.free() == it.answers()
              ? ""
              : String.format(Locale.ROOT, " (%,d of %,d answers)", it.free(), it.answers()));
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
        rows,
        evaluation.unpriced(targets));
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
