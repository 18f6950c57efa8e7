package dev.treadle.app.wheel;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.WheelSettings;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.gateway.GatewaySettings;
import dev.treadle.gateway.RouteSettings;
import dev.treadle.measure.text.Spelling;
import dev.treadle.routing.Target;
import dev.treadle.store.Lake;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One learned route of a workspace: its targets, its settings, its comparisons. */
public final class RouteStation {
  private final GatewaySettings gateway;
  private final WheelSettings wheel;
  private final RouteSettings route;

  private RouteStation(GatewaySettings gateway, WheelSettings wheel, RouteSettings route) {
    this.gateway = gateway;
    this.wheel = wheel;
    this.route = route;
  }

  /**
   * The route of that name; without one, the only learned route there is.
   *
   * @throws dev.treadle.transcript.TreadleException where there is none, or it cannot learn
   */
  public static RouteStation of(Workspace workspace, Optional<String> name) {
    GatewaySettings gateway = workspace.configuration().gateway();
    WheelSettings wheel = workspace.configuration().wheel();
    String found = name.orElseGet(() -> only(wheel));
    RouteSettings route =
        gateway.routes().stream()
            .filter(it -> it.name().equals(found))
            .findFirst()
            .orElseThrow(() -> absent(found, gateway));
    if (!wheel.learnedRoutes().contains(found)) {
      throw AppError.CONFIGURATION_INVALID.because(
          "the route "
              + found
              + " is decided by its configuration: give it policy: learned in "
              + Workspace.FILE);
    }
    if (route.policy().targets().size() < 2) {
      throw AppError.CONFIGURATION_INVALID.because(
          "the route "
              + found
              + " has one target: name at least two to choose among in routes."
              + found
              + ".to");
    }
    return new RouteStation(gateway, wheel, route);
  }

  private static String only(WheelSettings wheel) {
    if (wheel.learnedRoutes().size() != 1) {
      throw AppError.CONFIGURATION_INVALID.because(
          wheel.learnedRoutes().isEmpty()
              ? "no route learns: give one policy: learned in " + Workspace.FILE
              : "several routes learn: name one with --route: "
                  + String.join(", ", new java.util.TreeSet<>(wheel.learnedRoutes())));
    }
    return wheel.learnedRoutes().iterator().next();
  }

  private static RuntimeException absent(String name, GatewaySettings gateway) {
    List<String> names = gateway.routes().stream().map(RouteSettings::name).toList();
    return AppError.NOT_FOUND.because(
        "there is no route '"
            + name
            + "'"
            + Spelling.nearest(name, names)
                .map(near -> ": did you mean '" + near + "'?")
                .orElse(": there are " + String.join(", ", names)));
  }

  public String name() {
    return route.name();
  }

  GatewaySettings gateway() {
    return gateway;
  }

  RouteSettings route() {
    return route;
  }

  WheelSettings wheel() {
    return wheel;
  }

  /** What it chooses among; the first one is the default. */
  public List<Target> targets() {
    return route.policy().targets();
  }

  /** Share of the traffic that a promoted policy gets at first; 0: all at once. */
  public double canary() {
    return wheel.canary();
  }

  ModelNames names() {
    return ModelNames.of(gateway, route);
  }

  /**
   * What it can learn from.
   *
   * @param until later comparisons are left for the next time
   */
  public Comparisons comparisons(Lake lake, Optional<Instant> until) {
    return Comparisons.read(lake, names(), wheel.heldOut(), until);
  }

  LivePolicies policies(Lake lake) {
    return new LivePolicies(gateway, wheel, lake.policies(), Optional.empty());
  }
}
