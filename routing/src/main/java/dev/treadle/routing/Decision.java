package dev.treadle.routing;

import java.util.List;

/**
 * Whom a policy chose.
 *
 * @param chain the chosen target, then those that are asked in turn where it fails
 * @param propensity the probability with which the policy chooses this first target for such a
 *     request: what off-policy estimates divide by
 * @param candidates every target that it could have chosen
 * @param reason for people, and for {@code x-treadle-reason}
 */
public record Decision(
    List<Target> chain, double propensity, List<Target> candidates, String reason) {
  public Decision {
    chain = List.copyOf(chain);
    candidates = List.copyOf(candidates);
    if (chain.isEmpty() || !candidates.contains(chain.getFirst())) {
      throw new IllegalArgumentException(
          "a decision is for one of its candidates: " + chain + " of " + candidates);
    }
    if (!(propensity > 0 && propensity <= 1)) {
      throw new IllegalArgumentException("not a probability of something chosen: " + propensity);
    }
  }
}
