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
   * Lets a policy that the gate let through decide.
   *
   * @param share of the conversations at first; 0 or 1: all of them at once
   */
  public Standing promote(int version, double share, String why) {
    return policies.change(
        route,
        before -> {
          Optional<Integer> live = before.flatMap(Standing::live);
          boolean isLive = live.filter(it -> it == version).isPresent();
          if (isLive && before.flatMap(Standing::canary).isEmpty()) {
            return before.orElseThrow();
          }
          Optional<Integer> previous = isLive ? before.flatMap(Standing::previous) : live;
          boolean isCanary = share > 0 && share < 1 && !isLive;
          return isCanary
              ? new Standing(
                  live, before.flatMap(Standing::previous), Optional.of(version), share, now, why)
              : new Standing(Optional.of(version), previous, Optional.empty(), 0, now, why);
        });
  }

  /** Takes a canary back, or else what is live, in favour of what was live before. */
  public Standing rollBack() {
    return policies.change(
        route,
        before -> {
          Standing now = before.orElseThrow(() -> nothing());
          if (now.canary().isPresent()) {
            return new Standing(
                now.live(), now.previous(), Optional.empty(), 0, this.now, "canary rolled back");
          }
          if (now.live().isEmpty()) {
            throw nothing();
          }
          return new Standing(
              now.previous(), Optional.empty(), Optional.empty(), 0, this.now, "rolled back");
        });
  }

  private RuntimeException nothing() {
    return AppError.NOT_FOUND.because(
        "there is nothing to roll back: no policy is live on the route " + route);
  }
}
