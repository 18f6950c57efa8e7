package dev.treadle.app.wheel;

import dev.treadle.app.workspace.Workspace;
import dev.treadle.gateway.EventLog;
import dev.treadle.store.Lake;
import dev.treadle.transcript.TreadleException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Looks at the canaries of a workspace while it is served, and ends those that are decided. */
public final class CanaryWatch {
  private static final Duration PAUSE = Duration.ofMinutes(10);

  /** A look takes at most a twentieth of the time, however much there is to read. */
  private static final int RARELY = 20;

  private final Workspace workspace;
  private final Lake lake;
  private final EventLog log;

  public CanaryWatch(Workspace workspace, Lake lake, EventLog log) {
    this.workspace = workspace;
    this.lake = lake;
    this.log = log;
  }

  /** Looks at all of them, and says how long to wait for the next time. */
  public Duration look() {
    long before = workspace.machine().nanos().getAsLong();
    try {
      Workspace now = Workspace.find(workspace.machine(), Optional.of(workspace.folder()));
      for (String route : now.configuration().wheel().learnedRoutes()) {
        look(RouteStation.of(now, Optional.of(route)));
      }
    } catch (TreadleException e) {
      log.say(
          EventLog.Level.WARNING, "canary_not_seen", Map.of("why", String.valueOf(e.getMessage())));
    }
    return pause(Duration.ofNanos(workspace.machine().nanos().getAsLong() - before));
  }

  static Duration pause(Duration took) {
    Duration rest = took.multipliedBy(RARELY - 1);
    return rest.compareTo(PAUSE) > 0 ? rest : PAUSE;
  }

  private void look(RouteStation station) {
    CanaryEnd.settle(lake, station, workspace.machine().clock().instant())
        .filter(it -> !it.isOpen())
        .ifPresent(
            it ->
                log.say(
                    EventLog.Level.INFO,
                    "canary_ended",
                    Map.of(
                        "route", station.name(), "policy", it.policy(), "why", it.trial().why())));
  }
}
