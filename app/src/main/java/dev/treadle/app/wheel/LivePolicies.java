package dev.treadle.app.wheel;

import dev.treadle.app.workspace.WheelSettings;
import dev.treadle.gateway.GatewaySettings;
import dev.treadle.gateway.RouteSettings;
import dev.treadle.routing.Policy;
import dev.treadle.routing.PolicyFile;
import dev.treadle.routing.Target;
import dev.treadle.routing.TextLabels;
import dev.treadle.store.Policies;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Puts the policies that were promoted in the place of the configured ones. */
public final class LivePolicies {
  private final GatewaySettings configured;
  private final WheelSettings wheel;
  private final Policies policies;
  private final Optional<TextLabels> classifier;

  /**
   * Of a lake.
   *
   * @param configured the gateway without policies
   * @param classifier the external one, for the routes that are decided by it
   */
  public LivePolicies(
      GatewaySettings configured,
      WheelSettings wheel,
      Policies policies,
      Optional<TextLabels> classifier) {
    this.configured = configured;
    this.wheel = wheel;
    this.policies = policies;
    this.classifier = classifier;
  }

  /**
   * The settings with what is live in them. A policy that cannot be used leaves its route as it is
   * configured: a file that is damaged must not keep models from answering.
   *
   * @param refused is told the route and why
   */
  public GatewaySettings settings(BiConsumer<String, String> refused) {
    Map<String, Policies.Standing> live = policies.live();
    List<RouteSettings> routes = new ArrayList<>();
    for (RouteSettings route : configured.routes()) {
      Optional<Policies.Standing> standing = Optional.ofNullable(live.get(route.name()));
      if (classifier.isPresent() && wheel.classifiedRoutes().contains(route.name())) {
        routes.add(route.choosingBy(classified(route, classifier.get())));
        continue;
      }
      if (standing.isEmpty() || !wheel.learnedRoutes().contains(route.name())) {
        routes.add(route);
        continue;
      }
      try {
        routes.add(route.choosingBy(policy(route, standing.get())));
      } catch (TreadleException e) {
        refused.accept(route.name(), String.valueOf(e.getMessage()));
        routes.add(route);
      }
    }
    return configured.withRoutes(routes);
  }

  private Policy classified(RouteSettings route, TextLabels labels) {
    ModelNames names = ModelNames.of(configured, route);
    Map<String, Target> byCategory = new LinkedHashMap<>();
    names.known().forEach(byCategory::put);
    wheel
        .categories()
        .forEach(
            (model, category) -> names.target(model).ifPresent(it -> byCategory.put(category, it)));
    List<Target> targets = route.policy().targets();
    return new Policy.Classified(
        labels, byCategory, targets, targets.getFirst(), wheel.minimumConfidence());
  }

  /** What decides on a route by its standing. */
  Policy policy(RouteSettings route, Policies.Standing standing) {
    Policy live = standing.live().map(it -> policy(route, it)).orElseGet(() -> configured(route));
    return standing
        .canary()
        .<Policy>map(it -> new Policy.Canary(live, policy(route, it), standing.share()))
        .orElse(live);
  }

  /** What decides before anything was promoted: the route as it is configured. */
  static Policy configured(RouteSettings route) {
    return route.policy();
  }

  /** A policy by its number. */
  Policy policy(RouteSettings route, int version) {
    List<Target> targets = route.policy().targets();
    return new Policy.Versioned(
        PolicyMaker.policy(PolicyFile.read(policies.read(version)), targets, configured),
        Integer.toString(version));
  }
}
