package dev.treadle.routing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** How a classifier's label becomes a decision. */
final class Categories {
  private Categories() {}

  static Decision choose(Policy.Classified policy, RoutingRequest request) {
    return policy
        .labels()
        .classify(request.text())
        .map(it -> of(policy, it))
        .orElseGet(
            () ->
                decision(
                    policy,
                    policy.defaultTarget(),
                    Decision.Source.FALLBACK,
                    "the classifier did not answer",
                    Optional.empty()));
  }

  private static Decision of(Policy.Classified policy, TextLabels.Label label) {
    Target target = policy.byCategory().get(label.category());
    if (!label.isInScope()) {
      return fallback(policy, label, "in no category");
    }
    if (label.confidence() < policy.minimumConfidence()) {
      return fallback(
          policy,
          label,
          String.format(
              Locale.ROOT,
              "%s at %.2f, below %.2f",
              label.category(),
              label.confidence(),
              policy.minimumConfidence()));
    }
    if (target == null) {
      return fallback(policy, label, "no target for " + label.category());
    }
    return decision(
        policy,
        target,
        label.isRemembered() ? Decision.Source.CACHE : Decision.Source.CLASSIFIER,
        String.format(Locale.ROOT, "%s at %.2f", label.category(), label.confidence()),
        Optional.of(label));
  }

  private static Decision fallback(
      Policy.Classified policy, TextLabels.Label label, String reason) {
    return decision(
        policy, policy.defaultTarget(), Decision.Source.FALLBACK, reason, Optional.of(label));
  }

  private static Decision decision(
      Policy.Classified policy,
      Target chosen,
      Decision.Source source,
      String reason,
      Optional<TextLabels.Label> label) {
    Map<Target, Double> propensities = new LinkedHashMap<>();
    for (Target it : policy.candidates()) {
      propensities.put(it, it.equals(chosen) ? 1.0 : 0.0);
    }
    List<Target> next = Candidates.of(List.of(chosen, policy.defaultTarget()), policy.candidates());
    return new Decision(
        next,
        propensities,
        source,
        reason,
        label.map(TextLabels.Label::category),
        label.map(it -> OptionalDouble.of(it.confidence())).orElseGet(OptionalDouble::empty),
        Optional.empty());
  }
}
