package dev.treadle.routing;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Whom a policy chose.
 *
 * @param chain the chosen target, then those that are asked in turn where it fails
 * @param propensities of every candidate, in the policy's order: the probability with which the
 *     policy chooses it for such a request
 * @param source what made the choice
 * @param reason for people, and for {@code x-treadle-reason}
 * @param category the label that a classifier gave, or the workload that a router saw
 * @param confidence of a classifier in its category, or of a router in its choice being the best:
 *     from 0 to 1
 * @param arm of a canary
 */
public record Decision(
    List<Target> chain,
    Map<Target, Double> propensities,
    Source source,
    String reason,
    Optional<String> category,
    OptionalDouble confidence,
    Optional<Arm> arm) {
  private static final double ROUNDING = 1e-6;

  /** What made a choice; its {@link #wire} is what logs and headers say. */
  public enum Source {
    /** The route as it is configured. */
    ROUTE,
    /** A classifier's category. */
    CLASSIFIER,
    /** A learned router. */
    LEARNED,
    /** The conversation's last target. */
    AFFINITY,
    /** A classifier's category, remembered. */
    CACHE,
    /** The default target: nothing was known well enough. */
    FALLBACK;

    /** In lower case. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which policy of a canary chose. */
  public enum Arm {
    LIVE,
    CANDIDATE;

    /** In lower case. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Decision {
    chain = List.copyOf(chain);
    propensities = Collections.unmodifiableMap(new LinkedHashMap<>(propensities));
    if (chain.isEmpty() || !propensities.containsKey(chain.getFirst())) {
      throw new IllegalArgumentException(
          "a decision is for one of its candidates: " + chain + " of " + propensities);
    }
    double total = 0;
    for (double it : propensities.values()) {
      if (!(it >= 0 && it <= 1 + ROUNDING)) {
        throw new IllegalArgumentException("not a probability: " + it);
      }
      total += it;
    }
    if (Math.abs(total - 1) > ROUNDING || !(propensities.get(chain.getFirst()) > 0)) {
      throw new IllegalArgumentException("not probabilities of something chosen: " + propensities);
    }
  }

  /** One that says no more than whom. */
  static Decision of(
      List<Target> chain, Map<Target, Double> propensities, Source source, String reason) {
    return new Decision(
        chain,
        propensities,
        source,
        reason,
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  /** The probability of the chosen target: what off-policy estimates divide by. */
  public double propensity() {
    return Math.min(1, propensities.getOrDefault(chain.getFirst(), 1.0));
  }

  /** Every target that was compared. */
  public List<Target> candidates() {
    return List.copyOf(propensities.keySet());
  }

  /** Whom it chose. */
  public Target target() {
    return chain.getFirst();
  }

  /** The same choice by a canary, with the probabilities of both arms together. */
  Decision in(Arm which, Map<Target, Double> mixture) {
    return new Decision(chain, mixture, source, reason, category, confidence, Optional.of(which));
  }
}
