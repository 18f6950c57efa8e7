package dev.treadle.app.wheel;

import dev.treadle.gateway.GatewaySettings;
import dev.treadle.gateway.RouteSettings;
import dev.treadle.routing.Target;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of a route's targets a comparison means by a model's name: the target as it is written, its
 * model alone, or a route that goes there first.
 */
final class ModelNames {
  private final List<Target> candidates;
  private final Map<String, Target> targets = new LinkedHashMap<>();

  private ModelNames(List<Target> candidates) {
    this.candidates = candidates;
  }

  static ModelNames of(GatewaySettings gateway, RouteSettings route) {
    ModelNames names = new ModelNames(route.policy().targets());
    for (RouteSettings other : gateway.routes()) {
      Target first = other.policy().targets().getFirst();
      if (names.candidates.contains(first) && !other.name().equals(route.name())) {
        names.targets.putIfAbsent(other.name(), first);
      }
    }
    for (Target target : names.candidates) {
      target.model().ifPresent(it -> names.targets.putIfAbsent(it, target));
    }
    // The full name is nobody else's, whatever a route or a model is called.
    names.candidates.forEach(it -> names.targets.put(it.toString(), it));
    return names;
  }

  /** What the route chooses among; the first one is its default. */
  List<Target> candidates() {
    return candidates;
  }

  Optional<Target> target(String model) {
    return Optional.ofNullable(targets.get(model));
  }

  /** Every name that means a target. */
  Map<String, Target> known() {
    return Collections.unmodifiableMap(targets);
  }
}
