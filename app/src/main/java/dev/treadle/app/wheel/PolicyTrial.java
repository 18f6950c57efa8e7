package dev.treadle.app.wheel;

import dev.treadle.app.workspace.AppError;
import dev.treadle.routing.LearnedRouter;
import dev.treadle.routing.Policy;
import dev.treadle.routing.PolicyDocument;
import dev.treadle.routing.PolicyFile;
import dev.treadle.store.Lake;
import java.util.List;
import java.util.Optional;

/** A policy of the lake beside what is live on its route, to be judged or asked. */
public final class PolicyTrial {
  private final Lake lake;
  private final RouteStation station;
  private final int version;
  private final Policy candidate;

  private PolicyTrial(Lake lake, RouteStation station, int version, Policy candidate) {
    this.lake = lake;
    this.station = station;
    this.version = version;
    this.candidate = candidate;
  }

  /**
   * A trial of a policy.
   *
   * @param wanted its number; by default the last one of the route
   */
  public static PolicyTrial of(Lake lake, RouteStation station, Optional<Integer> wanted) {
    int version = wanted.orElseGet(() -> last(lake, station));
    PolicyDocument document = PolicyFile.read(lake.policies().read(version));
    if (!document.route().equals(station.name())) {
      throw AppError.NOT_FOUND.because(
          "policy "
              + version
              + " is for the route "
              + document.route()
              + ", not "
              + station.name());
    }
    return new PolicyTrial(
        lake, station, version, PolicyMaker.policy(document, station.targets(), station.gateway()));
  }

  /** A trial of a policy that the lake does not hold. */
  public static PolicyTrial of(Lake lake, RouteStation station, PolicyDocument document) {
    return new PolicyTrial(
        lake, station, 0, PolicyMaker.policy(document, station.targets(), station.gateway()));
  }

  private static int last(Lake lake, RouteStation station) {
    List<Integer> versions = lake.policies().versions().reversed();
    for (int version : versions) {
      if (PolicyFile.read(lake.policies().read(version)).route().equals(station.name())) {
        return version;
      }
    }
    throw AppError.NOT_FOUND.because(
        "there is no policy for the route "
            + station.name()
            + " yet: treadle route train makes one");
  }

  public int version() {
    return version;
  }

  /** The policy. */
  public Policy candidate() {
    return candidate;
  }

  /** What it learned, where it is a learned one. */
  public Optional<LearnedRouter> router() {
    return candidate instanceof Policy.Learned it ? Optional.of(it.router()) : Optional.empty();
  }

  /** What the gate says of it, by all comparisons that the lake holds now. */
  public RouteGate.Judged judge() {
    return judge(station.comparisons(lake, Optional.empty()));
  }

  /** What the gate says of it against what is live, by these comparisons. */
  public RouteGate.Judged judge(Comparisons comparisons) {
    return judge(comparisons, lake.policies().standing(station.name()).flatMap(it -> it.live()));
  }

  /**
   * What the gate says of it, by these comparisons.
   *
   * @param against the number of another policy; absent: the route as it is configured
   */
  public RouteGate.Judged judge(Comparisons comparisons, Optional<Integer> against) {
    return new RouteGate(station.wheel())
        .judge(comparisons.heldOut(), policy(against), candidate, station.targets());
  }

  private Policy policy(Optional<Integer> number) {
    return number
        .map(it -> station.policies(lake).policy(station.route(), it))
        .orElseGet(() -> LivePolicies.configured(station.route()));
  }
}
