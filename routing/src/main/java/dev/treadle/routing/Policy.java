package dev.treadle.routing;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
  Decision choose(RoutingRequest request, SessionState session, double random);

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
    public Decision choose(RoutingRequest request, SessionState session, double random) {
      return Decision.of(chain, Map.of(chain.getFirst(), 1.0), Decision.Source.ROUTE, name());
    }
  }

  /**
   * A target drawn by weight, then the fallbacks.
   *
   * @param weights positive, in the order that the random number is cut by
   */
  record Weighted(Map<Target, Double> weights, List<Target> fallback) implements Policy {
    public Weighted {
      weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
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
      return Candidates.of(weights.keySet(), fallback);
    }

    @Override
    public Decision choose(RoutingRequest request, SessionState session, double random) {
      double total = total(weights);
      Map<Target, Double> propensities = new LinkedHashMap<>();
      weights.forEach((target, weight) -> propensities.put(target, weight / total));
      Target chosen = Candidates.drawn(weights, random * total);
      return Decision.of(
          Candidates.chain(chosen, fallback), propensities, Decision.Source.ROUTE, name());
    }
  }

  /**
   * The target of the category that a classifier finds; the default one where it finds none, is not
   * sure or fails. Whoever cannot move stays where he is.
   *
   * @param byCategory whom the texts of a category go to; a category that stands here for no target
   *     goes to the default one
   * @param candidates every target that may be chosen, the default one among them
   * @param minimumConfidence below it the default target answers
   */
  record Classified(
      TextLabels labels,
      Map<String, Target> byCategory,
      List<Target> candidates,
      Target defaultTarget,
      double minimumConfidence)
      implements Policy {
    public Classified {
      byCategory = Collections.unmodifiableMap(new LinkedHashMap<>(byCategory));
      candidates = Candidates.of(candidates, List.of(defaultTarget));
      if (!candidates.containsAll(byCategory.values())) {
        throw new IllegalArgumentException(
            "targets of categories are candidates: " + byCategory + " of " + candidates);
      }
      if (!(minimumConfidence >= 0 && minimumConfidence <= 1)) {
        throw new IllegalArgumentException("a confidence is from 0 to 1: " + minimumConfidence);
      }
    }

    @Override
    public String name() {
      return "classifier";
    }

    @Override
    public List<Target> targets() {
      return candidates;
    }

    @Override
    public Decision choose(RoutingRequest request, SessionState session, double random) {
      return Affinity.locked(candidates, request, session)
          .orElseGet(() -> Categories.choose(this, request));
    }
  }

  /**
   * The target that a learned router expects most of, or one drawn by the probability that it is
   * the best. A conversation moves only where that is worth it.
   *
   * @param candidates named in the router as they are written
   * @param defaultTarget asked first where none is known better
   * @param cachedUsd what a token of a target's prompt costs less when its cache holds it
   */
  record Learned(
      LearnedRouter router,
      List<Target> candidates,
      Target defaultTarget,
      Objective objective,
      Map<Target, Double> cachedUsd)
      implements Policy {
    public Learned {
      candidates = Candidates.of(List.of(defaultTarget), candidates);
      cachedUsd = Collections.unmodifiableMap(new LinkedHashMap<>(cachedUsd));
    }

    @Override
    public String name() {
      return "learned";
    }

    @Override
    public List<Target> targets() {
      return candidates;
    }

    @Override
    public Decision choose(RoutingRequest request, SessionState session, double random) {
      return Affinity.locked(candidates, request, session)
          .orElseGet(() -> new Expectations(this, request).choose(session, random));
    }

    /** What is expected of every candidate, and why. */
    public Explanation explain(RoutingRequest request) {
      return new Expectations(this, request).explain();
    }
  }

  /**
   * Two policies: a share of the conversations is decided by the candidate, the others by the live
   * one. Requests that name no conversation are shared out one by one.
   *
   * @param share of the candidate, from 0 to 1
   */
  record Canary(Policy live, Policy candidate, double share) implements Policy {
    public Canary {
      Objects.requireNonNull(live);
      Objects.requireNonNull(candidate);
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("a share is from 0 to 1: " + share);
      }
    }

    @Override
    public String name() {
      return "canary:" + live.name() + "+" + candidate.name();
    }

    @Override
    public List<Target> targets() {
      return Candidates.of(live.targets(), candidate.targets());
    }

    @Override
    public Decision choose(RoutingRequest request, SessionState session, double random) {
      return Arms.choose(this, request, session, random);
    }
  }

  /**
   * A policy as the lake keeps it: the log says which one decided.
   *
   * @param version its name in the lake
   */
  record Versioned(Policy policy, String version) implements Policy {
    public Versioned {
      Objects.requireNonNull(policy);
    }

    @Override
    public String name() {
      return policy.name() + "/" + version;
    }

    @Override
    public List<Target> targets() {
      return policy.targets();
    }

    @Override
    public Decision choose(RoutingRequest request, SessionState session, double random) {
      return policy.choose(request, session, random);
    }
  }
}
