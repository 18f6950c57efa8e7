package dev.treadle.gateway;

import dev.treadle.gateway.http.HttpServer;
import dev.treadle.gateway.http.HttpSettings;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.ScriptedUpstream;
import dev.treadle.gateway.upstream.Address;
import dev.treadle.gateway.upstream.CallLimits;
import dev.treadle.gateway.upstream.Upstream;
import dev.treadle.gateway.upstream.Watchdog;
import dev.treadle.store.ExchangeLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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

  private final Surroundings surroundings;
  private final Core core;
  private final FrontDesk desk;
  private final Map<String, ScriptedUpstream> scripted = new HashMap<>();
  private final HttpServer server;
  private volatile boolean closed;

  private Gateway(
      GatewaySettings settings, ApiKeys keys, ExchangeLog log, Surroundings surroundings) {
    checkOpenness(settings, keys);
    this.surroundings = surroundings;
    GatewayMetrics metrics = new GatewayMetrics();
    this.core =
        new Core(
            surroundings,
            new SharedRandom(surroundings.random().nextLong()),
            new Capture(log, surroundings.log()),
            new Watchdog(surroundings.nanos()),
            metrics);
    this.desk = new FrontDesk(core, routes(settings, Map.of()), keys);
    gauges(metrics);
    InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
    try {
      server =
          HttpServer.start(
              HttpSettings.at(address, settings.maxRequestBytes()),
              desk,
              surroundings.clock(),
              surroundings.nanos());
    } catch (IOException e) {
      stopParts();
      throw GatewayError.CANNOT_LISTEN.because(
          "cannot listen on "
              + settings.host()
              + ":"
              + settings.port()
              + ": "
              + e.getMessage()
              + "; another serve may be running, or set serve.listen",
          e);
    }
    Thread.ofPlatform().name("gateway-sweep").daemon().start(this::sweep);
  }

  /**
   * Starts to serve.
   *
   * @throws dev.treadle.transcript.TreadleException where the settings are wrong or the address is
   *     taken
   */
  public static Gateway start(
      GatewaySettings settings, ApiKeys keys, ExchangeLog log, Surroundings surroundings) {
    Gateway gateway = new Gateway(settings, keys, log, surroundings);
    surroundings
        .log()
        .say(
            EventLog.Level.INFO,
            "gateway_started",
            Map.of("url", gateway.url().toString(), "keys", keys.list().size()));
    return gateway;
  }

  private static void checkOpenness(GatewaySettings settings, ApiKeys keys) {
    if (!Access.isLoopback(settings.host()) && keys.isEmpty()) {
      throw GatewayError.SETTINGS_INVALID.because(
          "serve.listen "
              + settings.host()
              + " can be reached by other machines, and there is no key:"
              + " make one with treadle key create NAME");
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
   * stays as it is.
   */
  public void reload(GatewaySettings settings, ApiKeys keys) {
    checkOpenness(settings, keys);
    Routes before = desk.routes();
    Routes after = routes(settings, before.backends());
    desk.change(after, keys);
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
    Map<String, Backend> backends = new LinkedHashMap<>();
    for (UpstreamSettings it : settings.upstreams()) {
      Backend known = before.get(it.name());
      backends.put(it.name(), known != null && known.settings().equals(it) ? known : backend(it));
    }
    return new Routes(settings, backends);
  }

  private Backend backend(UpstreamSettings settings) {
    Address address;
    try {
      address = Address.of(settings.base().orElseGet(() -> script(settings)));
    } catch (IllegalArgumentException e) {
      throw GatewayError.SETTINGS_INVALID.because(
          "upstreams." + settings.name() + ".url: " + e.getMessage(), e);
    }
    UpstreamSettings.Limits limits = settings.limits();
    Upstream upstream =
        new Upstream(
            settings.name(),
            address,
            new CallLimits(
                limits.concurrency(),
                limits.firstContent(),
                limits.stall(),
                limits.maxAnswerBytes()),
            surroundings.nanos());
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
  private URI script(UpstreamSettings settings) {
    ScriptedUpstream old = scripted.remove(settings.name());
    if (old != null) {
      old.close();
    }
    ScriptedUpstream started =
        ScriptedUpstream.start(
            settings.script().map(Script::read).orElseGet(Script::of), surroundings.clock());
    scripted.put(settings.name(), started);
    return started.baseUrl();
  }

  private void sweep() {
    while (!closed) {
      LockSupport.parkNanos(SWEEP.toNanos());
      desk.routes().backends().values().forEach(it -> it.upstream().sweep());
    }
  }

  /**
   * Takes no more calls, lets those under way come to their end, and has every record written.
   *
   * @param limit after which what is still under way is cut off
   * @return whether nothing was cut off
   */
  public boolean drain(Duration limit) {
    desk.drain();
    boolean whole = server.drain(limit);
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

  private void stop() {
    closed = true;
    server.close();
    stopParts();
  }

  private void stopParts() {
    core.capture().close();
    core.watchdog().close();
    desk.routes().backends().values().forEach(it -> it.upstream().close());
    scripted.values().forEach(ScriptedUpstream::close);
  }

  /** Ends at once: what is under way is cut off, every record is written. */
  @Override
  public void close() {
    if (!closed) {
      stop();
    }
  }
}
