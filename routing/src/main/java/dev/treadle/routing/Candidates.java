package dev.treadle.routing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Targets in order, each once. */
final class Candidates {
  private Candidates() {}

  static List<Target> of(Collection<Target> first, Collection<Target> then) {
    LinkedHashSet<Target> targets = new LinkedHashSet<>(first);
    targets.addAll(then);
    return List.copyOf(targets);
  }

  /** The chosen one, then the others in their order. */
  static List<Target> chain(Target chosen, Collection<Target> others) {
    List<Target> chain = new ArrayList<>(List.of(chosen));
    others.stream().filter(it -> !it.equals(chosen)).forEach(chain::add);
    return chain;
  }

  /** Each weight is a part of the line from 0 to their sum: whose part holds the point? */
  static Target drawn(Map<Target, Double> weights, double point) {
    double left = point;
    Target drawn = null;
    for (Map.Entry<Target, Double> entry : weights.entrySet()) {
      if (entry.getValue() > 0) {
        drawn = entry.getKey();
        left -= entry.getValue();
        if (left < 0) {
          break;
        }
      }
    }
    return Objects.requireNonNull(drawn);
  }
}
