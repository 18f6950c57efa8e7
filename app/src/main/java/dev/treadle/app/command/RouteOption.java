package dev.treadle.app.command;

import dev.treadle.app.wheel.RouteStation;
import dev.treadle.app.workspace.Workspace;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the route that learns. */
final class RouteOption {
  @Option(
      names = "--route",
      paramLabel = "NAME",
      description = "The route that learns; may be left out where there is one.")
  private @Nullable String route;

  /** The route that is meant, and what it needs. */
  RouteStation station(Workspace workspace) {
    return RouteStation.of(workspace, Optional.ofNullable(route));
  }
}
