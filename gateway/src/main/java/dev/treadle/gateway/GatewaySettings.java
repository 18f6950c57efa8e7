package dev.treadle.gateway;

import dev.treadle.gateway.collect.CollectSettings;
import dev.treadle.gateway.evaluate.EvaluateSettings;
import dev.treadle.gateway.limits.LimitSettings;
import dev.treadle.routing.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that the gateway is told. Checked: a target's upstream exists, a name is there once.
 *
 * @param listener where and how it listens
 * @param routes the first that answers for a model counts; the one named {@code default} answers
 *     for every other
 * @param collect what is compared, and where comparisons are sent
 * @param storageKey what is shown there
 * @param limits on what calls may ask for and cost
 * @param cacheBytes that cached answers may take
 * @param telemetry where spans of calls are sent, if they are
 */
public record GatewaySettings(
    Listener listener,
    List<UpstreamSettings> upstreams,
    List<RouteSettings> routes,
    CollectSettings collect,
    Optional<Secret> storageKey,
    EvaluateSettings evaluate,
    List<LimitSettings> limits,
    long cacheBytes,
    Optional<TelemetrySettings> telemetry) {
  public static final int MAX_REQUEST_BYTES = 32 << 20;
  public static final int PORT = 8484;
  public static final long CACHE_BYTES = 32L << 20;

  /**
   * Where the gateway listens, and what it takes from clients.
   *
   * @param host to listen on
   * @param port 0 for any that is free
   * @param hosts that a {@code host} header may name beside the machine's own loopback names and
   *     {@code host}
   * @param origins of web pages that may call
   * @param drain how long streams may go on when the gateway is told to end
   * @param logsRequests whether every request is a line in the log
   */
  public record Listener(
      String host,
      int port,
      Set<String> hosts,
      Set<String> origins,
      int maxRequestBytes,
      Duration drain,
      boolean logsRequests) {
    public Listener {
      hosts = Set.copyOf(hosts);
      origins = Set.copyOf(origins);
    }

    /** The same on another address. */
    public Listener on(String otherHost, int otherPort) {
      return new Listener(
          otherHost, otherPort, hosts, origins, maxRequestBytes, drain, logsRequests);
    }
  }

  public GatewaySettings {
    upstreams = List.copyOf(upstreams);
    routes = List.copyOf(routes);
    limits = List.copyOf(limits);
    Set<String> names =
        upstreams.stream()
            .map(UpstreamSettings::name)
            .collect(java.util.stream.Collectors.toUnmodifiableSet());
    for (RouteSettings route : routes) {
      for (Target target : route.policy().targets()) {
        if (!names.contains(target.upstream())) {
          throw GatewayError.SETTINGS_INVALID.because(
              "routes."
                  + route.name()
                  + " goes to '"
                  + target
                  + "', but there is no upstream '"
                  + target.upstream()
                  + "': there "
                  + (names.isEmpty()
                      ? "is none"
                      : "are " + String.join(", ", new java.util.TreeSet<>(names))));
        }
      }
    }
    if (routes.isEmpty()) {
      throw GatewayError.SETTINGS_INVALID.because(
          "there is no route: name one under routes, with an upstream to go to");
    }
    if (collect.isTraining()) {
      for (String candidate : collect.training().candidates()) {
        checkModel("data_collection.training.candidate_models", candidate, names, routes);
      }
    }
    if (evaluate.judge().isPresent()) {
      checkModel("evaluate.judge", evaluate.judge().get(), names, routes);
    }
    checkPrices(limits, upstreams, routes);
  }

  /** Money can be counted only where prices are known. */
  private static void checkPrices(
      List<LimitSettings> limits, List<UpstreamSettings> upstreams, List<RouteSettings> routes) {
    for (LimitSettings limit : limits) {
      for (RouteSettings route : routes) {
        boolean counts =
            limit.countsMoney()
                && (limit.routes().isEmpty() || limit.routes().contains(route.name()));
        for (Target target : counts ? route.policy().targets() : List.<Target>of()) {
          if (!hasPrice(upstreams, target)) {
            throw GatewayError.SETTINGS_INVALID.because(
                "limits."
                    + limit.name()
                    + " counts money, but there is no price for '"
                    + target
                    + "', where the route "
                    + route.name()
                    + " goes: name it under upstreams."
                    + target.upstream()
                    + ".prices, with 0 if it costs nothing");
          }
        }
      }
    }
  }

  private static boolean hasPrice(List<UpstreamSettings> upstreams, Target target) {
    return upstreams.stream()
        .filter(it -> it.name().equals(target.upstream()))
        .anyMatch(
            it ->
                target
                    .model()
                    .map(model -> it.price(model).isPresent())
                    .orElse(!it.prices().isEmpty()));
  }

  /** A gateway that compares nothing and has no judge. */
  public static GatewaySettings of(
      Listener listener, List<UpstreamSettings> upstreams, List<RouteSettings> routes) {
    return new GatewaySettings(
        listener,
        upstreams,
        routes,
        CollectSettings.OFF,
        Optional.empty(),
        EvaluateSettings.DEFAULT,
        List.of(),
        CACHE_BYTES,
        Optional.empty());
  }

  /** A model is a route's name, a model that a route answers for, or a target. */
  private static void checkModel(
      String key, String model, Set<String> upstreams, List<RouteSettings> routes) {
    Target target = Target.parse(model);
    boolean isTarget = target.model().isPresent() && upstreams.contains(target.upstream());
    if (!isTarget && routes.stream().noneMatch(it -> it.answersFor(model))) {
      throw GatewayError.SETTINGS_INVALID.because(
          key
              + " names '"
              + model
              + "', but no route answers for it: name a route or an upstream and a model, as"
              + " local/small");
    }
  }

  /** The same with another listener. */
  public GatewaySettings withListener(Listener other) {
    return new GatewaySettings(
        other, upstreams, routes, collect, storageKey, evaluate, limits, cacheBytes, telemetry);
  }

  /** The same with other upstreams. */
  public GatewaySettings withUpstreams(List<UpstreamSettings> others) {
    return new GatewaySettings(
        listener, others, routes, collect, storageKey, evaluate, limits, cacheBytes, telemetry);
  }

  /** The same with other routes. */
  public GatewaySettings withRoutes(List<RouteSettings> others) {
    return new GatewaySettings(
        listener, upstreams, others, collect, storageKey, evaluate, limits, cacheBytes, telemetry);
  }

  /** The same with other comparing. */
  public GatewaySettings withCollect(CollectSettings other) {
    return withCollect(other, storageKey);
  }

  /** The same with other comparing, and the key that comparisons are sent with. */
  public GatewaySettings withCollect(CollectSettings other, Optional<Secret> key) {
    return new GatewaySettings(
        listener, upstreams, routes, other, key, evaluate, limits, cacheBytes, telemetry);
  }

  /** The same with other judging. */
  public GatewaySettings withEvaluate(EvaluateSettings other) {
    return new GatewaySettings(
        listener, upstreams, routes, collect, storageKey, other, limits, cacheBytes, telemetry);
  }

  /** The same with other limits. */
  public GatewaySettings withLimits(List<LimitSettings> others) {
    return new GatewaySettings(
        listener, upstreams, routes, collect, storageKey, evaluate, others, cacheBytes, telemetry);
  }

  /** The same with another bound for cached answers. */
  public GatewaySettings withCacheBytes(long other) {
    return new GatewaySettings(
        listener, upstreams, routes, collect, storageKey, evaluate, limits, other, telemetry);
  }

  /** The same with spans sent there, or nowhere. */
  public GatewaySettings withTelemetry(Optional<TelemetrySettings> other) {
    return new GatewaySettings(
        listener, upstreams, routes, collect, storageKey, evaluate, limits, cacheBytes, other);
  }
}
