package dev.treadle.app.wheel;

import dev.treadle.routing.Decision;
import dev.treadle.routing.LearnedRouter.Observation;
import dev.treadle.routing.Policy;
import dev.treadle.routing.SessionState;
import dev.treadle.routing.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a policy gets on comparisons: the mean over what it could draw, so that a policy that
 * explores is not judged by one draw.
 */
final class Trial {
  /** Where less of what a policy would choose was scored, the comparison says nothing of it. */
  private static final double KNOWN_ENOUGH = 0.5;

  private static final double ANY_DRAW = 0.5;

  private Trial() {}

  /**
   * What is expected for one request.
   *
   * @param quality 0 to 1
   */
  record Expected(double quality, double costUsd) {}

  /** Empty where too little of what the policy would choose has a score. */
  static Optional<Expected> on(Policy policy, Observation it) {
    Decision decision = policy.choose(it.request(), SessionState.EMPTY, ANY_DRAW);
    double known = 0;
    double quality = 0;
    double cost = 0;
    for (Map.Entry<Target, Double> chance : decision.propensities().entrySet()) {
      String model = chance.getKey().toString();
      Double score = it.scores().get(model);
      if (score != null) {
        known += chance.getValue();
        quality += chance.getValue() * score;
        cost += chance.getValue() * it.costs().getOrDefault(model, 0.0);
      }
    }
    return known < KNOWN_ENOUGH
        ? Optional.empty()
        : Optional.of(new Expected(quality / known, cost / known));
  }

  /** The best score that any target got, at the least cost of those who got it. */
  static Expected oracle(Observation it) {
    double best = it.scores().values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    double cost =
        it.scores().entrySet().stream()
            .filter(score -> score.getValue() == best)
            .mapToDouble(score -> it.costs().getOrDefault(score.getKey(), 0.0))
            .min()
            .orElse(0);
    return new Expected(best, cost);
  }

  /** Always the same target. */
  static Policy always(Target target) {
    return new Policy.Chain(List.of(target));
  }
}
