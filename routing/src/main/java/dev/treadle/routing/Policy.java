package dev.treadle.routing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Decides which model answers a request: a pure function of its arguments, so that a logged
 * decision can be repeated and another policy be estimated from it.
 */
public sealed interface Policy {
  /** Its name in the log. */
  String name();

  /** Every target that this policy may send a request to, fallbacks too. */
  List<Target> targets();

  /**
   * Chooses.
   *
   * @param random uniform in [0, 1), drawn and logged by the caller
   */
  Decision choose(double random);

  /**
   * Always the same target; the others are its fallbacks, in order.
   *
   * @param chain at least one
   */
  record Chain(List<Target> chain) implements Policy {
    public Chain {
      chain =
          List.copyOf(new LinkedHashSet<>(chain)); // One that failed is not asked twice in turn.
      if (chain.isEmpty()) {
        throw new IllegalArgumentException("a chain has at least one target");
      }
    }

    @Override
    public String name() {
      return chain.size() == 1 ? "fixed" : "fallback";
    }

    @Override
    public List<Target> targets() {
      return chain;
    }

    @Override
    public Decision choose(double random) {
      return new Decision(chain, 1, List.of(chain.getFirst()), name());
    }
  }

  /**
   * A target drawn by weight, then the fallbacks.
   *
   * @param weights positive, in the order that the random number is cut by
   */
  record Weighted(Map<Target, Double> weights, List<Target> fallback) implements Policy {
    public Weighted {
      weights = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(weights));
      fallback = List.copyOf(new LinkedHashSet<>(fallback));
      if (weights.isEmpty()
          || weights.values().stream().anyMatch(it -> !(it > 0))
          || Double.isInfinite(total(weights))) {
        throw new IllegalArgumentException("weights are positive numbers: " + weights);
      }
    }

    private static double total(Map<Target, Double> weights) {
      return weights.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    @Override
    public String name() {
      return "weighted";
    }

    @Override
    public List<Target> targets() {
      LinkedHashSet<Target> targets = new LinkedHashSet<>(weights.keySet());
      targets.addAll(fallback);
      return List.copyOf(targets);
    }

    @Override
    public Decision choose(double random) {
      double total = total(weights);
      double left = random * total;
      Target drawn = null;
      for (Map.Entry<Target, Double> entry : weights.entrySet()) {
        drawn = entry.getKey();
        left -= entry.getValue();
        if (left < 0) {
          break;
        }
      }
      Target chosen = java.util.Objects.requireNonNull(drawn);
      List<Target> chain = new ArrayList<>(List.of(chosen));
      fallback.stream().filter(it -> !it.equals(chosen)).forEach(chain::add);
      double propensity = weights.getOrDefault(chosen, total) / total;
      return new Decision(chain, propensity, List.copyOf(weights.keySet()), name());
    }
  }
}
