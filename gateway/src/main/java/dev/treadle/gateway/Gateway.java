package dev.treadle.gateway;

import dev.treadle.gateway.collect.ComparisonStore;
import dev.treadle.gateway.http.HttpServer;
import dev.treadle.gateway.http.HttpSettings;
import dev.treadle.gateway.limits.LimitSettings;
import dev.treadle.gateway.limits.Limits;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.ScriptedUpstream;
import dev.treadle.gateway.upstream.Address;
import dev.treadle.gateway.upstream.CallLimits;
import dev.treadle.gateway.upstream.Trouble;
import dev.treadle.gateway.upstream.Upstream;
import dev.treadle.gateway.upstream.Watchdog;
import dev.treadle.store.Lake;
import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The gateway: clients talk to it as to a model API, and every exchange is kept.
 *
 * <p>A request is answered on the virtual thread of its connection, from its first byte to its
 * last: {@code FrontDesk} → {@code ModelCall} → {@code Attempts} → an upstream, and back through
 * {@code StreamDelivery}; then {@code Capture} has the record written. What a configuration says is
 * one immutable value that a reload replaces; a call keeps the one that it began with.
 */
public final class Gateway implements AutoCloseable {
  private static final Duration SWEEP = Duration.ofSeconds(5);

  /** How long a call that is cut off has to tell its client so. */
  private static final Duration PARTING = Duration.ofSeconds(2);

  private final Surroundings surroundings;
  private final Core core;
  private final FrontDesk desk;
  private final Map<Upstream, ScriptedUpstream> scripted = new ConcurrentHashMap<>();
  private final GatewaySettings first;
  private final HttpServer server;
  private volatile boolean closed;

  private Gateway(
      GatewaySettings settings,
      ApiKeys keys,
      Lake lake,
      Redactor redactor,
      Surroundings surroundings) {
    checkOpenness(settings, keys);
    this.first = settings;
    this.surroundings = surroundings;
    GatewayMetrics metrics = new GatewayMetrics();
    Comparing comparing =
        new Comparing(new ComparisonStore(lake, redactor), surroundings, this::core, this::routes);
    this.core =
        new Core(
            surroundings,
            new SharedRandom(surroundings.random().nextLong()),
            new Capture(lake.exchanges(redactor), surroundings.log(), comparing::answered),
            new Watchdog(surroundings.nanos()),
            metrics,
            new Limits(lake.state(), surroundings.clock(), surroundings.nanos()),
            comparing,
            new Caching(surroundings.clock(), metrics),
            new Telemetry(surroundings));
    Routes routes;
    try {
      routes = routes(settings, Map.of());
      limit(settings);
    } catch (TreadleException e) {
      core.capture().close();
      core.watchdog().close();
      throw e;
    }
    core.caching().change(routes);
    this.desk = new FrontDesk(core, routes, keys);
    gauges(metrics);
    comparing.gauges(metrics);
    core.telemetry().gauges(metrics);
    core.telemetry().change(settings.telemetry());
    GatewaySettings.Listener listener = settings.listener();
    InetSocketAddress address = new InetSocketAddress(listener.host(), listener.port());
    try {
      server =
          HttpServer.start(
              HttpSettings.at(address, listener.maxRequestBytes()),
              desk,
              surroundings.clock(),
              surroundings.nanos());
    } catch (IOException e) {
      stopParts();
      throw GatewayError.CANNOT_LISTEN.because(
          "cannot listen on "
              + listener.host()
              + ":"
              + listener.port()
              + ": "
              + e.getMessage()
              + "; another serve may be running, or set serve.listen",
          e);
    }
    Thread.ofPlatform().name("gateway-sweep").daemon().start(this::sweep);
    comparing.mode().change(settings.collect());
  }

  /**
   * Starts to serve.
   *
   * @throws dev.treadle.transcript.TreadleException where the settings are wrong or the address is
   *     taken
   */
  public static Gateway start(
      GatewaySettings settings,
      ApiKeys keys,
      Lake lake,
      Redactor redactor,
      Surroundings surroundings) {
    Gateway gateway = new Gateway(settings, keys, lake, redactor, surroundings);
    surroundings
        .log()
        .say(
            EventLog.Level.INFO,
            "gateway_started",
            Map.of("url", gateway.url().toString(), "keys", keys.list().size()));
    return gateway;
  }

  private static void checkOpenness(GatewaySettings settings, ApiKeys keys) {
    if (!Access.isLoopback(settings.listener().host()) && keys.isEmpty()) {
      throw GatewayError.SETTINGS_INVALID.because(
          "serve.listen "
              + settings.listener().host()
              + " can be reached by other machines, and there is no key:"
              + " make one with treadle key create NAME");
    }
  }

  private void limit(GatewaySettings settings) {
    core.limits().change(settings.limits());
    for (LimitSettings limit : settings.limits()) {
      core.metrics().limited(limit, core.limits());
    }
  }

  private void gauges(GatewayMetrics metrics) {
    metrics.gauge("treadle.calls", "Calls under way", () -> core.watchdog().calls());
    metrics.gauge("treadle.exchanges.kept", "Exchanges kept", () -> core.capture().kept());
    metrics.gauge("treadle.exchanges.lost", "Exchanges lost", () -> core.capture().lost());
    metrics.gauge(
        "treadle.capture.waiting.bytes",
        "Bytes of exchanges that wait to be written",
        () -> core.capture().waitingBytes());
  }

  /** Where clients find it. */
  public URI url() {
    InetSocketAddress address = server.address();
    String host = address.getAddress().getHostAddress();
    return URI.create(
        "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort());
  }

  /**
   * Goes on with other settings; calls under way end with those that they began with. The address
   * stays as it is, and with it who may call without a key: where other machines can ask, nobody.
   *
   * @throws TreadleException where the settings are wrong; then everything is as before
   */
  public void reload(GatewaySettings settings, ApiKeys keys) {
    Routes before = desk.routes();
    Routes after =
        routes(
            settings.withListener(
                settings.listener().on(first.listener().host(), first.listener().port())),
            before.backends());
    limit(settings);
    desk.change(after, keys);
    core.caching().change(after);
    core.comparing().mode().change(settings.collect());
    core.telemetry().change(settings.telemetry());
    before
        .backends()
        .forEach(
            (name, backend) -> {
              Backend now = after.backends().get(name);
              if (now == null || now.upstream() != backend.upstream()) {
                backend.upstream().close();
              }
            });
    surroundings
        .log()
        .say(
            EventLog.Level.INFO,
            "configuration_loaded",
            Map.of("routes", settings.routes().size(), "keys", keys.list().size()));
  }

  /** An upstream whose settings did not change keeps its connections and its circuit breaker. */
  private Routes routes(GatewaySettings settings, Map<String, Backend> before) {
    settings.upstreams().forEach(it -> it.base().ifPresent(base -> address(it, base)));
    Map<String, Backend> backends = new LinkedHashMap<>();
    for (UpstreamSettings it : settings.upstreams()) {
      Backend known = before.get(it.name());
      backends.put(it.name(), known != null && known.settings().equals(it) ? known : backend(it));
    }
    return new Routes(settings, backends);
  }

  private static Address address(UpstreamSettings settings, URI base) {
    try {
      return Address.of(base);
    } catch (IllegalArgumentException e) {
      throw GatewayError.SETTINGS_INVALID.because(
          "upstreams." + settings.name() + ".url: " + e.getMessage(), e);
    }
  }

  private Backend backend(UpstreamSettings settings) {
    Optional<ScriptedUpstream> script =
        settings.base().isPresent() ? Optional.empty() : Optional.of(script(settings));
    URI base = settings.base().or(() -> script.map(ScriptedUpstream::baseUrl)).orElseThrow();
    UpstreamSettings.Limits limits = settings.limits();
    Upstream upstream =
        new Upstream(
            settings.name(),
            address(settings, base),
            new CallLimits(
                limits.concurrency(),
                limits.firstContent(),
                limits.stall(),
                limits.maxAnswerBytes()),
            surroundings.nanos());
    script.ifPresent(it -> scripted.put(upstream, it));
    core.metrics()
        .upstreamGauge(
            "treadle.upstream.open",
            "1 while the circuit breaker keeps calls from the upstream",
            settings.name(),
            () ->
                Optional.ofNullable(desk.routes().backends().get(settings.name()))
                    .map(it -> it.upstream().breakerState().equals("closed") ? 0 : 1)
                    .orElse(0));
    return new Backend(settings, upstream);
  }

  /** A scripted model API on a port of this machine. */
  private ScriptedUpstream script(UpstreamSettings settings) {
    return ScriptedUpstream.start(
        settings.script().map(Script::read).orElseGet(Script::of), surroundings.clock());
  }

  /** What its calls share, and what holds at present. */
  Core core() {
    return core;
  }

  Routes routes() {
    return desk.routes();
  }

  private void sweep() {
    while (!closed) {
      LockSupport.parkNanos(SWEEP.toNanos());
      core.caching().sweep();
      Map<String, Backend> backends = desk.routes().backends();
      backends.values().forEach(it -> it.upstream().sweep());
      scripted.forEach((upstream, script) -> retire(backends, upstream, script));
    }
  }

  /** A scripted one that no configuration names any more ends with its last call. */
  private void retire(Map<String, Backend> backends, Upstream upstream, ScriptedUpstream script) {
    if (upstream.calls() == 0
        && backends.values().stream().noneMatch(it -> it.upstream() == upstream)) {
      scripted.remove(upstream);
      script.close();
    }
  }

  /**
   * Takes no more calls, lets those under way come to their end, and has every record written.
   *
   * @param limit after which what is still under way is cut off: its clients are told so
   * @return whether nothing was cut off
   */
  public boolean drain(Duration limit) {
    desk.drain();
    long since = surroundings.nanos().getAsLong();
    boolean whole = server.drain(limit);
    core.comparing().mode().stop();
    Duration taken = Duration.ofNanos(surroundings.nanos().getAsLong() - since);
    boolean _ = core.comparing().mode().awaitRounds(limit.minus(taken));
    stop();
    surroundings
        .log()
        .say(
            whole ? EventLog.Level.INFO : EventLog.Level.WARNING,
            "gateway_stopped",
            Map.of(
                "cut_off", !whole, "kept", core.capture().kept(), "lost", core.capture().lost()));
    return whole;
  }

  /**
   * Waits until so many questions were compared or skipped since the start; tells whether that came
   * in time.
   */
  public boolean awaitCompared(long questions, Duration limit) {
    return core.comparing().mode().awaitHandled(questions, limit);
  }

  private void stop() {
    closed = true;
    core.comparing().mode().stop();
    core.watchdog().endAll(Trouble.STOPPING);
    if (!server.drain(PARTING)) {
      server.close(); // Clients that take nothing, not even that.
      boolean _ = server.drain(PARTING);
    }
    server.close();
    stopParts();
  }

  private void stopParts() {
    core.capture().close();
    core.telemetry().close(); // The last spans end with the last records.
    core.comparing().close();
    core.watchdog().close();
    core.limits().close();
    desk.routes().backends().values().forEach(it -> it.upstream().close());
    scripted.values().forEach(ScriptedUpstream::close);
  }

  /** Ends at once: what is under way is cut off and told so, every record is written. */
  @Override
  public void close() {
    if (!closed) {
      stop();
    }
  }
}
