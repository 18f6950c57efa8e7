package dev.treadle.app.wheel;

import dev.treadle.measure.statistics.SequentialTest.Outcome;
import dev.treadle.store.Lake;
import dev.treadle.store.Policies.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a look at a canary found, and what came of it.
 *
 * @param policy the canary's version
 * @param standing what decides now
 */
public record CanaryEnd(int policy, CanaryTrial trial, Standing standing) {
  /** For so long no turn puts another policy in the place of a canary that is not decided. */
  private static final Duration PATIENCE = Duration.ofDays(14);

  /** Whether the canary goes on. */
  public boolean isOpen() {
    return trial.outcome() == Outcome.UNDECIDED;
  }

  /** Looks at the canary of a route, if there is one; changes nothing. */
  public static Optional<CanaryEnd> look(Lake lake, RouteStation station, Instant now) {
    return lake.policies()
        .standing(station.name())
        .filter(it -> it.canary().isPresent() && it.share() > 0 && it.share() < 1)
        .map(
            it ->
                new CanaryEnd(
                    it.canary().orElseThrow(),
                    CanaryTrial.of(
                        CanaryTraffic.read(lake, station.name(), it, now),
                        it.share(),
                        station.wheel()),
                    it));
  }

  /** Looks, and lets what is proven come to pass: for all, or taken back. */
  public static Optional<CanaryEnd> settle(Lake lake, RouteStation station, Instant now) {
    Optional<CanaryEnd> found = look(lake, station, now);
    if (found.isEmpty() || found.get().isOpen()) {
      return found;
    }
    CanaryEnd it = found.get();
    Standing after =
        new Promotion(lake.policies(), station.name(), now).settle(it.standing(), it.trial());
    return Optional.of(new CanaryEnd(it.policy(), it.trial(), after));
  }

  /** Whether a turn leaves it to its trial. */
  public boolean keepsItsPlace(Instant now) {
    return isOpen() && standing.since().plus(PATIENCE).isAfter(now);
  }
}
