package dev.treadle.app.wheel;

import dev.treadle.app.workspace.AppError;
import dev.treadle.store.Policies;
import dev.treadle.store.Policies.Standing;
import java.time.Instant;
import java.util.Optional;

/** Changes what decides on a route. A running gateway takes it over within a second. */
public final class Promotion {
  private final Policies policies;
  private final String route;
  private final Instant now;

  public Promotion(Policies policies, String route, Instant now) {
    this.policies = policies;
    this.route = route;
    this.now = now;
  }

  /**
   * Lets a policy that the gate let through decide. What is so already stays, with its beginning.
   *
   * @param share of the conversations at first; 0 or 1: all of them at once
   */
  public Standing promote(int version, double share, String why) {
    return policies.change(
        route,
        before -> {
          Standing it = before.orElseGet(() -> Standing.asConfigured(now));
          boolean isLive = it.live().filter(live -> live == version).isPresent();
          boolean isOnTrial = it.canary().filter(canary -> canary == version).isPresent();
          if ((isLive && it.canary().isEmpty()) || (isOnTrial && it.share() == share)) {
            return it;
          }
          return share > 0 && share < 1 && !isLive
              ? it.onTrial(version, share, now, why)
              : it.promoted(version, now, why);
        });
  }

  /**
   * Why a turn does not promote a policy although the gate would let it through.
   *
   * @param canary what a look at the present canary found
   */
  public static Optional<String> obstacle(
      Optional<Standing> before, int version, Optional<CanaryEnd> canary, Instant now) {
    if (before.filter(it -> it.rolledBack().contains(version)).isPresent()) {
      return Optional.of(
          "policy %d was taken back before: only treadle route promote %d tries it again"
              .formatted(version, version));
    }
    if (before.flatMap(Standing::canary).filter(it -> it == version).isPresent()) {
      return Optional.of("policy %d is on trial already".formatted(version));
    }
    return canary
        .filter(it -> it.keepsItsPlace(now))
        .map(
            it ->
                "policy %d waits for the canary, policy %d: %s"
                    .formatted(version, it.policy(), it.trial().why()));
  }

  /** Takes a canary back, or else what is live, in favour of what was live before. */
  public Standing rollBack() {
    return policies.change(
        route,
        before -> {
          Standing it = before.orElseThrow(this::nothing);
          if (it.canary().isEmpty() && it.live().isEmpty()) {
            throw nothing();
          }
          return it.takenBack(now, it.canary().isPresent() ? "canary rolled back" : "rolled back");
        });
  }

  /**
   * Ends a canary as its trial says, if it is still the one that was tried.
   *
   * @param tried what decided when it was looked at
   */
  Standing settle(Standing tried, CanaryTrial trial) {
    return policies.change(
        route,
        before -> {
          Standing it = before.orElseThrow(this::nothing);
          if (!it.canary().equals(tried.canary()) || !it.since().equals(tried.since())) {
            return it;
          }
          return switch (trial.outcome()) {
            case BETTER -> it.promoted(it.canary().orElseThrow(), now, trial.why());
            case WORSE -> it.takenBack(now, trial.why());
            case UNDECIDED -> it;
          };
        });
  }

  private RuntimeException nothing() {
    return AppError.NOT_FOUND.because(
        "there is nothing to roll back: no policy is live on the route " + route);
  }
}
