package dev.treadle.app.workspace;

import dev.treadle.gateway.limits.LimitSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Reads what {@code treadle.yaml} says under {@code limits}. */
final class LimitReader {
  private final Nodes root;

  LimitReader(Nodes root) {
    this.root = root;
  }

  /** The limits, in the order of the file. */
  List<LimitSettings> settings() {
    Set<String> routes = new HashSet<>(root.names("routes"));
    List<LimitSettings> limits = new ArrayList<>();
    for (String name : root.names("limits")) {
      limits.add(limit(name, root.below("limits", name), routes));
    }
    return limits;
  }

  private static LimitSettings limit(String name, Nodes node, Set<String> routes) {
    for (String route : node.texts("routes")) {
      if (!routes.isEmpty() && !routes.contains(route)) {
        throw node.wrong("routes", "names of routes", "'" + route + "', which is none");
      }
    }
    LimitSettings limit =
        new LimitSettings(
            name,
            Set.copyOf(node.texts("keys")),
            Set.copyOf(node.texts("routes")),
            node.choice("for-each", LimitSettings.Each.class, node.text("for-each").orElse("all")),
            new LimitSettings.Rates(
                rate(node, "requests-per-minute"), rate(node, "tokens-per-minute")),
            new LimitSettings.Budget(node.amount("usd-per-day"), node.amount("usd-per-month")),
            node.number("assumed-output", (int) LimitSettings.ASSUMED_OUTPUT));
    if (!limit.countsMoney() && limit.rates().equals(LimitSettings.Rates.NONE)) {
      throw node.wrong("requests-per-minute", "this or another limit", "none");
    }
    return limit;
  }

  private static OptionalLong rate(Nodes node, String key) {
    return node.at(key).isPresent() ? OptionalLong.of(node.number(key, 1)) : OptionalLong.empty();
  }
}
