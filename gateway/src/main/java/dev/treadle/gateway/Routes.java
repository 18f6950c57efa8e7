package dev.treadle.gateway;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The routes and the upstreams behind them: what one configuration says. Immutable. */
record Routes(GatewaySettings settings, Map<String, Backend> backends) {
  static final String DEFAULT = "default";

  Routes {
    backends = Map.copyOf(new LinkedHashMap<>(backends));
  }

  /** The route of that name. */
  Optional<RouteSettings> named(String name) {
    for (RouteSettings route : settings.routes()) {
      if (route.name().equals(name)) {
        return Optional.of(route);
      }
    }
    return Optional.empty();
  }

  /** The route that answers for a model. */
  Optional<RouteSettings> forModel(String model) {
    for (RouteSettings route : settings.routes()) {
      if (route.answersFor(model)) {
        return Optional.of(route);
      }
    }
    return named(DEFAULT);
  }

  Backend backend(String upstream) {
    Backend backend = backends.get(upstream);
    if (backend == null) {
      throw new IllegalStateException("no upstream " + upstream + " behind a checked route");
    }
    return backend;
  }
}
