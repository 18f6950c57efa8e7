package dev.treadle.routing;

import dev.treadle.measure.statistics.BestArm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** What a learned policy expects of its candidates for one request, and whom it then chooses. */
final class Expectations {
  private final Policy.Learned policy;
  private final LearnedRouter.Estimates estimates;
  private final double[] utilities;
  private final double[] bestChances;

  Expectations(Policy.Learned policy, RoutingRequest request) {
    this.policy = policy;
    List<String> models = policy.candidates().stream().map(Target::toString).toList();
    this.estimates = policy.router().estimate(request, models);
    this.utilities = new double[models.size()];
    double[] deviations = new double[models.size()];
    for (int i = 0; i < utilities.length; i++) {
      LearnedRouter.Estimate it = estimates.models().get(i);
      utilities[i] = policy.objective().utility(it.quality(), it.costUsd());
      deviations[i] = it.deviation();
    }
    this.bestChances = BestArm.probabilities(utilities, deviations);
  }

  /**
   * A conversation that began stays unless another target is worth the move: exploring is for first
   * turns, where nothing is lost by it.
   */
  Decision choose(SessionState session, double random) {
    Optional<Target> last = session.last().filter(policy.candidates()::contains);
    if (last.isPresent()) {
      return next(last.get(), session.cachedTokens());
    }
    return policy.objective().explores() ? drawn(random) : certain(best(), Decision.Source.LEARNED);
  }

  private Decision next(Target last, long cachedTokens) {
    Objective objective = policy.objective();
    int at = policy.candidates().indexOf(last);
    double lost =
        objective.qualityPerUsd() * cachedTokens * policy.cachedUsd().getOrDefault(last, 0.0);
    int best = best();
    return utilities[best] - utilities[at] > objective.switchGain() + lost
        ? certain(best, Decision.Source.LEARNED)
        : certain(at, Decision.Source.AFFINITY);
  }

  /** The first of the best: the default target comes first of all. */
  private int best() {
    int best = 0;
    for (int i = 1; i < utilities.length; i++) {
      if (utilities[i] > utilities[best]) {
        best = i;
      }
    }
    return best;
  }

  private Decision certain(int chosen, Decision.Source source) {
    double[] all = new double[utilities.length];
    all[chosen] = 1;
    return decision(policy.candidates().get(chosen), all, source);
  }

  private Decision drawn(double random) {
    double[] chances = chances();
    return decision(Candidates.drawn(byTarget(chances), random), chances, Decision.Source.LEARNED);
  }

  /** With which probability each is drawn: that it is the best, and never less than the floor. */
  private double[] chances() {
    double floor = Math.min(policy.objective().explorationFloor(), 1.0 / bestChances.length);
    double free = 1 - floor * bestChances.length;
    return Arrays.stream(bestChances).map(it -> floor + free * it).toArray();
  }

  private Map<Target, Double> byTarget(double[] chances) {
    Map<Target, Double> all = new LinkedHashMap<>();
    for (int i = 0; i < chances.length; i++) {
      all.put(policy.candidates().get(i), chances[i]);
    }
    return all;
  }

  private Decision decision(Target chosen, double[] chances, Decision.Source source) {
    int at = policy.candidates().indexOf(chosen);
    List<Target> byUtility = new ArrayList<>();
    IntStream.range(0, utilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -utilities[i]))
        .forEach(i -> byUtility.add(policy.candidates().get(i)));
    LearnedRouter.Estimate it = estimates.models().get(at);
    return new Decision(
        Candidates.chain(chosen, byUtility),
        byTarget(chances),
        source,
        reason(source, it),
        Optional.of(estimates.workload()),
        OptionalDouble.of(Math.clamp(bestChances[at], 0, 1)),
        Optional.empty());
  }

  /** Without {@code String.format}, which would take a tenth of the whole decision. */
  private String reason(Decision.Source source, LearnedRouter.Estimate it) {
    return source.wire()
        + ": quality "
        + Math.round(it.quality() * 1e3) / 1e3
        + " +- "
        + Math.round(it.deviation() * 1e3) / 1e3
        + " at "
        + Math.round(it.costUsd() * 1e6) / 1e6
        + " USD in "
        + estimates.workload();
  }

  Explanation explain() {
    double[] chances = policy.objective().explores() ? chances() : certainChances();
    List<Explanation.Of> all = new ArrayList<>();
    for (int i = 0; i < utilities.length; i++) {
      LearnedRouter.Estimate it = estimates.models().get(i);
      all.add(
          new Explanation.Of(
              policy.candidates().get(i).toString(),
              it.everywhere(),
              it.prior(),
              it.quality() - it.prior(),
              it.quality(),
              it.deviation(),
              it.costUsd(),
              utilities[i],
              chances[i]));
    }
    return new Explanation(estimates.workload(), estimates.observations(), all);
  }

  private double[] certainChances() {
    double[] all = new double[utilities.length];
    all[best()] = 1;
    return all;
  }
}
