package dev.treadle.app.wheel;

import dev.treadle.app.workspace.WheelSettings;
import dev.treadle.measure.statistics.PairedGate;
import dev.treadle.measure.statistics.PairedGate.GuardRail;
import dev.treadle.measure.statistics.PairedGate.Pair;
import dev.treadle.measure.statistics.PairedGate.Scale;
import dev.treadle.measure.statistics.PairedGate.Verdict;
import dev.treadle.routing.LearnedRouter.Observation;
import dev.treadle.routing.Policy;
import dev.treadle.routing.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares a candidate with what is live on comparisons that neither learned from, and says whether
 * it is proven better.
 */
public final class RouteGate {
  private final WheelSettings wheel;

  /**
   * What something gets on the held-out comparisons.
   *
   * @param costUsd of one answer, on average
   * @param items how many comparisons say something of it
   */
  public record Row(String name, double quality, double costUsd, int items) {}

  /**
   * What the gate found.
   *
   * @param verdict of the candidate against what is live
   * @param overBest of the candidate against always taking the best single target: for the report
   * @param rows what is live, the candidate, each target always, and the best of all each time
   */
  public record Judged(Verdict verdict, String bestTarget, Verdict overBest, List<Row> rows) {
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
    List<Row> rows = new ArrayList<>();
    rows.add(row("live", heldOut, live));
    rows.add(row("candidate", heldOut, candidate));
    Target best = targets.getFirst();
    double most = -1;
    for (Target target : targets) {
      Row row = row("always " + target, heldOut, Trial.always(target));
      rows.add(row);
      if (row.items() > 0 && row.quality() > most) {
        most = row.quality();
        best = target;
      }
    }
    rows.add(oracle(heldOut));
    PairedGate gate = new PairedGate(wheel.minimumPairs(), wheel.level());
    return new Judged(
        gate.judge(pairs(heldOut, live, candidate), rails(heldOut, live, candidate)),
        best.toString(),
        gate.judge(pairs(heldOut, Trial.always(best), candidate)),
        rows);
  }

  private static List<Pair> pairs(List<Compared> items, Policy live, Policy candidate) {
    List<Pair> pairs = new ArrayList<>();
    for (Compared it : items) {
      Observation seen = it.observation();
      Optional<Trial.Expected> before = Trial.on(live, seen);
      Optional<Trial.Expected> after = Trial.on(candidate, seen);
      if (before.isPresent() && after.isPresent()) {
        pairs.add(new Pair(before.get().quality(), after.get().quality(), seen.group()));
      }
    }
    return pairs;
  }

  private List<GuardRail> rails(List<Compared> items, Policy live, Policy candidate) {
    if (wheel.costMargin().isEmpty()) {
      return List.of();
    }
    List<Pair> costs = new ArrayList<>();
    for (Compared it : items) {
      Observation seen = it.observation();
      Optional<Trial.Expected> before = Trial.on(live, seen);
      Optional<Trial.Expected> after = Trial.on(candidate, seen);
      if (before.isPresent() && after.isPresent()) {
        costs.add(new Pair(before.get().costUsd(), after.get().costUsd(), seen.group()));
      }
    }
    return List.of(new GuardRail("cost", Scale.AMOUNT, wheel.costMargin().getAsDouble(), costs));
  }

  private static Row row(String name, List<Compared> items, Policy policy) {
    return mean(name, items.stream().map(it -> Trial.on(policy, it.observation())).toList());
  }

  private static Row oracle(List<Compared> items) {
    return mean(
        "the best each time",
        items.stream().map(it -> Optional.of(Trial.oracle(it.observation()))).toList());
  }

  private static Row mean(String name, List<Optional<Trial.Expected>> all) {
    List<Trial.Expected> known = all.stream().flatMap(Optional::stream).toList();
    double quality = known.stream().mapToDouble(Trial.Expected::quality).average().orElse(0);
    double cost = known.stream().mapToDouble(Trial.Expected::costUsd).average().orElse(0);
    return new Row(name, quality, cost, known.size());
  }
}
