package dev.treadle.app.command;

import dev.treadle.app.wheel.CanaryWatch;
import dev.treadle.app.wheel.LivePolicies;
import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Exams;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.References;
import dev.treadle.app.workspace.Variables;
import dev.treadle.app.workspace.WheelSettings;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.gateway.ApiKeys;
import dev.treadle.gateway.EventLog;
import dev.treadle.gateway.Gateway;
import dev.treadle.gateway.GatewaySettings;
import dev.treadle.gateway.Surroundings;
import dev.treadle.store.Disk;
import dev.treadle.store.Lake;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The gateway over a workspace: one for a lake at a time. */
final class ServeRun implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final String ROLE = "serve";

  private final Workspace workspace;
  private final Optional<String> listen;
  private final EventLog log;
  private final Lake lake;
  private final Disk.Lock role;
  private final ServedClassifier classifier;
  private final Gateway gateway;
  private final String first;
  private volatile boolean ended;

  private ServeRun(
      Workspace workspace,
      Optional<String> listen,
      EventLog log,
      Lake lake,
      Disk.Lock role,
      ServedClassifier classifier,
      Gateway gateway,
      String first) {
    this.workspace = workspace;
    this.listen = listen;
    this.log = log;
    this.lake = lake;
    this.role = role;
    this.classifier = classifier;
    this.gateway = gateway;
    this.first = first;
  }

  /**
   * Starts to serve.
   *
   * @param listen an address in place of the configured one
   */
  static ServeRun start(Workspace workspace, Optional<String> listen, EventLog log) {
    return start(workspace, listen, log, Optional.empty());
  }

  /**
   * Starts to serve this process alone, on any port of this machine.
   *
   * @param keys that are asked for in place of the lake's
   */
  static ServeRun startFor(Workspace workspace, ApiKeys keys) {
    return start(workspace, Optional.of("127.0.0.1:0"), EventLog.SILENT, Optional.of(keys));
  }

  private static ServeRun start(
      Workspace workspace, Optional<String> listen, EventLog log, Optional<ApiKeys> own) {
    Machine machine = workspace.machine();
    GatewaySettings configured = settings(workspace, listen);
    String file = stamp(workspace);
    Lake lake = workspace.open();
    Optional<Disk.Lock> role = Optional.empty();
    ServedClassifier classifier = new ServedClassifier(machine.nanos());
    boolean started = false;
    try {
      role = lake.state().claim(ROLE);
      Disk.Lock held =
          role.orElseThrow(
              () ->
                  AppError.BUSY.because(
                      "another treadle serve has the lake " + lake.root() + ": end it first"));
      ApiKeys keys = own.orElseGet(() -> ApiKeys.read(lake.state()));
      String live = lake.policies().live().toString();
      Gateway gateway =
          Gateway.start(
              live(workspace, lake, configured, classifier, log),
              keys,
              lake,
              workspace.redactor(),
              new Surroundings(machine.clock(), machine.nanos(), machine.random(), log));
      started = true;
      return new ServeRun(
          workspace, listen, log, lake, held, classifier, gateway, file + keys.list() + live);
    } finally {
      if (!started) {
        classifier.close();
        lake.close();
        role.ifPresent(it -> leave(it, log));
      }
    }
  }

  /** The settings with the promoted policies in them. */
  private static GatewaySettings live(
      Workspace workspace,
      Lake lake,
      GatewaySettings configured,
      ServedClassifier classifier,
      EventLog log) {
    WheelSettings wheel = workspace.configuration().wheel();
    return new LivePolicies(configured, wheel, lake.policies(), classifier.labels(wheel))
        .settings(
            (route, why) ->
                log.say(
                    EventLog.Level.ERROR,
                    "policy_refused",
                    Map.of("route", route, "why", why, "goes_on_with", "the configuration")));
  }

  private static GatewaySettings settings(Workspace workspace, Optional<String> listen) {
    GatewaySettings configured =
        References.resolve(
            Exams.resolve(
                Variables.resolve(
                    workspace.configuration().gateway(), workspace.machine().environment()),
                workspace),
            workspace);
    if (listen.isEmpty()) {
      return configured;
    }
    int colon = listen.get().lastIndexOf(':');
    String port = listen.get().substring(colon + 1);
    if (colon < 1 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
      throw AppError.OPTION_INVALID.because(
          "--listen: expected an address and a port, as 127.0.0.1:8484, found " + listen.get());
    }
    String host = listen.get().substring(0, colon).replaceAll("^\\[|\\]$", "");
    return configured.withListener(configured.listener().on(host, Integer.parseInt(port)));
  }

  private static void leave(Disk.Lock role, EventLog log) {
    try {
      role.close();
    } catch (IOException e) {
      log.say(EventLog.Level.WARNING, "role_kept", Map.of("why", String.valueOf(e.getMessage())));
    }
  }

  URI url() {
    return gateway.url();
  }

  Lake lake() {
    return lake;
  }

  /** Goes on with what the configuration and the keys say whenever they change; ends canaries. */
  void watch() {
    Thread.ofPlatform().name("configuration").daemon().start(this::look);
    Thread.ofPlatform().name("canaries").daemon().start(this::lookAtCanaries);
  }

  private void lookAtCanaries() {
    CanaryWatch canaries = new CanaryWatch(workspace, lake, log);
    while (!ended) {
      LockSupport.parkNanos(canaries.look().toNanos());
    }
  }

  private void look() {
    String before = first; // Of the start: a change since then is one.
    while (!ended) {
      String now = seen();
      if (!ended && !now.equals(before)) {
        before = now;
        reload();
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private String seen() {
    try {
      return stamp(workspace) + ApiKeys.read(lake.state()).list() + lake.policies().live();
    } catch (TreadleException e) {
      return "unreadable: " + e.getMessage();
    }
  }

  /** What the configuration's file was, as far as a change can be told by it. */
  private static String stamp(Workspace workspace) {
    Path file = workspace.folder().resolve(Workspace.FILE);
    try {
      return Files.getLastModifiedTime(file) + " " + Files.size(file) + " ";
    } catch (IOException e) {
      return "unreadable: " + e.getMessage();
    }
  }

  private void reload() {
    try {
      Workspace again = Workspace.find(workspace.machine(), Optional.of(workspace.folder()));
      gateway.reload(
          live(again, lake, settings(again, listen), classifier, log), ApiKeys.read(lake.state()));
    } catch (TreadleException e) {
      log.say(
          EventLog.Level.ERROR,
          "configuration_refused",
          Map.of("why", String.valueOf(e.getMessage()), "goes_on_with", "the one before"));
    }
  }

  /** Ends when what is under way is over; tells whether nothing was cut off. */
  boolean drain() {
    ended = true;
    return gateway.drain(workspace.configuration().gateway().listener().drain());
  }

  @Override
  public void close() {
    ended = true;
    gateway.close();
    classifier.close();
    try {
      lake.close();
    } finally {
      leave(role, log);
    }
  }
}
