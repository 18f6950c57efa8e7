package dev.treadle.app.wheel;

import dev.treadle.app.workspace.AppError;
import dev.treadle.gateway.GatewaySettings;
import dev.treadle.gateway.Price;
import dev.treadle.gateway.UpstreamSettings;
import dev.treadle.routing.Policy;
import dev.treadle.routing.PolicyDocument;
import dev.treadle.routing.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a policy of its document, for the targets and prices that a route has today. */
final class PolicyMaker {
  private static final int REMEMBERED = 10_000;
  private static final double MILLION = 1e6;

  private PolicyMaker() {}

  /**
   * The policy of a document.
   *
   * @param targets that the route goes to by its configuration: others are not chosen any more
   * @throws dev.treadle.transcript.TreadleException where none of its candidates is among them
   */
  static Policy policy(PolicyDocument document, List<Target> targets, GatewaySettings gateway) {
    List<Target> candidates = document.candidates().stream().filter(targets::contains).toList();
    if (candidates.isEmpty()) {
      throw AppError.CONFIGURATION_INVALID.because(
          "policy "
              + document.version()
              + " chooses among "
              + document.candidates()
              + ", and the route "
              + document.route()
              + " goes to none of them any more: train and promote another one");
    }
    Target usual =
        candidates.contains(document.defaultTarget())
            ? document.defaultTarget()
            : candidates.getFirst();
    PolicyDocument today =
        new PolicyDocument(
            document.version(),
            document.kind(),
            document.route(),
            document.created(),
            candidates,
            usual,
            known(document.categories(), candidates),
            document.minimumConfidence(),
            document.objective(),
            document.trainedOn(),
            document.model(),
            document.estimates());
    return today.policy(cachedUsd(candidates, gateway), REMEMBERED);
  }

  private static Map<String, Target> known(
      Map<String, Target> categories, List<Target> candidates) {
    Map<String, Target> known = new LinkedHashMap<>();
    categories.forEach(
        (category, target) -> {
          if (candidates.contains(target)) {
            known.put(category, target);
          }
        });
    return known;
  }

  /** What a token of a prompt costs less where the target's cache holds it, in US dollars. */
  private static Map<Target, Double> cachedUsd(List<Target> targets, GatewaySettings gateway) {
    Map<Target, Double> cached = new LinkedHashMap<>();
    for (Target target : targets) {
      for (UpstreamSettings upstream : gateway.upstreams()) {
        if (upstream.name().equals(target.upstream())) {
          upstream
              .price(target.model().orElse("*"))
              .map(Price::cacheGain)
              .ifPresent(it -> cached.put(target, it.doubleValue() / MILLION));
        }
      }
    }
    return cached;
  }
}
