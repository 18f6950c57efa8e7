package dev.treadle.routing;

import dev.treadle.measure.statistics.Interval;
import dev.treadle.measure.statistics.OffPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a policy would have got on logged traffic, of which only the chosen model's answer is known:
 * estimates that weigh each by how much likelier the policy would have made the same choice.
 */
public final class TrafficEvaluation {
  /**
   * One logged choice and what came of it.
   *
   * @param propensities as they were logged
   * @param reward from 0 to 1, such as feedback
   * @param group records of one group are not independent: the conversation
   */
  public record Logged(
      RoutingRequest request,
      SessionState session,
      Target chosen,
      Map<Target, Double> propensities,
      double reward,
      String group) {
    public Logged {
      propensities = Collections.unmodifiableMap(new LinkedHashMap<>(propensities));
      if (!(propensities.getOrDefault(chosen, 0.0) > 0)) {
        throw new IllegalArgumentException(
            "a choice without a propensity: " + chosen + " of " + propensities);
      }
    }
  }

  /**
   * What a policy would have got, each with the interval of 95 %.
   *
   * @param doublyRobust absent without a router to predict rewards with
   * @param replay over the choices that the policy would have made too
   * @param effectiveSize how many evenly weighted records the log is worth for this policy
   * @param warnings what to know before believing it
   */
  public record Estimates(
      int records,
      Interval inversePropensity,
      Interval selfNormalized,
      Optional<Interval> doublyRobust,
      Interval replay,
      double effectiveSize,
      List<String> warnings) {
    public Estimates {
      warnings = List.copyOf(warnings);
    }
  }

  private TrafficEvaluation() {}

  /**
   * Estimates.
   *
   * @param log at least one
   * @param model predicts rewards; it must not have learned from this log
   */
  public static Estimates of(Policy policy, List<Logged> log, Optional<LearnedRouter> model) {
    if (log.isEmpty()) {
      throw RoutingError.TOO_LITTLE.because(
          "a policy is estimated from logged choices with feedback, and there is none");
    }
    Set<Target> all = new LinkedHashSet<>(policy.targets());
    log.forEach(it -> all.addAll(it.propensities().keySet()));
    List<Target> actions = List.copyOf(all);
    List<String> names = actions.stream().map(Target::toString).toList();
    List<OffPolicy.Logged> records = new ArrayList<>();
    for (Logged it : log) {
      Map<Target, Double> target = policy.choose(it.request(), it.session(), 0.5).propensities();
      records.add(
          new OffPolicy.Logged(
              actions.indexOf(it.chosen()),
              Math.min(1, it.propensities().getOrDefault(it.chosen(), 1.0)),
              it.reward(),
              actions.stream().mapToDouble(a -> target.getOrDefault(a, 0.0)).toArray(),
              model.map(router -> rewards(router, it, names)).orElseGet(() -> new double[0]),
              it.group()));
    }
    OffPolicy estimates = OffPolicy.of(records);
    return new Estimates(
        records.size(),
        estimates.inversePropensity(),
        estimates.selfNormalized(),
        model.map(_ -> estimates.doublyRobust()),
        estimates.replay(),
        estimates.effectiveSampleSize(),
        estimates.warnings());
  }

  private static double[] rewards(LearnedRouter router, Logged it, List<String> names) {
    return router.estimate(it.request(), names).models().stream()
        .mapToDouble(estimate -> Math.clamp(estimate.quality(), 0, 1))
        .toArray();
  }
}
