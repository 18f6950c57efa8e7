package dev.treadle.gateway;

import dev.treadle.gateway.collect.CollectSettings;
import dev.treadle.gateway.evaluate.EvaluateSettings;
import dev.treadle.routing.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that the gateway is told. Checked: a target's upstream exists, a name is there once.
 *
 * @param host to listen on
 * @param port 0 for any that is free
 * @param hosts that a {@code host} header may name beside the machine's own loopback names and
 *     {@code host}
 * @param origins of web pages that may call
 * @param drain how long streams may go on when the gateway is told to end
 * @param logsRequests whether every request is a line in the log
 * @param routes the first that answers for a model counts; the one named {@code default} answers
 *     for every other
 * @param collect what is compared, and where comparisons are sent
 * @param storageKey what is shown there
 */
public record GatewaySettings(
    String host,
    int port,
    Set<String> hosts,
    Set<String> origins,
    int maxRequestBytes,
    Duration drain,
    boolean logsRequests,
    List<UpstreamSettings> upstreams,
    List<RouteSettings> routes,
    CollectSettings collect,
    Optional<Secret> storageKey,
    EvaluateSettings evaluate) {
  public static final int MAX_REQUEST_BYTES = 32 << 20;
  public static final int PORT = 8484;

  public GatewaySettings {
    hosts = Set.copyOf(hosts);
    origins = Set.copyOf(origins);
    upstreams = List.copyOf(upstreams);
    routes = List.copyOf(routes);
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
  }

  /** Settings of a gateway that compares nothing. */
  public GatewaySettings(
      String host,
      int port,
      Set<String> hosts,
      Set<String> origins,
      int maxRequestBytes,
      Duration drain,
      boolean logsRequests,
      List<UpstreamSettings> upstreams,
      List<RouteSettings> routes) {
    this(
        host,
        port,
        hosts,
        origins,
        maxRequestBytes,
        drain,
        logsRequests,
        upstreams,
        routes,
        CollectSettings.OFF,
        Optional.empty(),
        EvaluateSettings.DEFAULT);
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

  /** The same on another address. */
  public GatewaySettings listeningOn(String otherHost, int otherPort) {
    return new GatewaySettings(
        otherHost,
        otherPort,
        hosts,
        origins,
        maxRequestBytes,
        drain,
        logsRequests,
        upstreams,
        routes,
        collect,
        storageKey,
        evaluate);
  }

  /** The same with other upstreams. */
  public GatewaySettings withUpstreams(List<UpstreamSettings> others) {
    return new GatewaySettings(
        host,
        port,
        hosts,
        origins,
        maxRequestBytes,
        drain,
        logsRequests,
        others,
        routes,
        collect,
        storageKey,
        evaluate);
  }

  /** The same with other comparing. */
  public GatewaySettings withCollect(CollectSettings other) {
    return withCollect(other, storageKey);
  }

  /** The same with other comparing, and the key that comparisons are sent with. */
  public GatewaySettings withCollect(CollectSettings other, Optional<Secret> key) {
    return new GatewaySettings(
        host,
        port,
        hosts,
        origins,
        maxRequestBytes,
        drain,
        logsRequests,
        upstreams,
        routes,
        other,
        key,
        evaluate);
  }

  /** The same with other judging. */
  public GatewaySettings withEvaluate(EvaluateSettings other) {
    return new GatewaySettings(
        host,
        port,
        hosts,
        origins,
        maxRequestBytes,
        drain,
        logsRequests,
        upstreams,
        routes,
        collect,
        storageKey,
        other);
  }

  /** The same with other routes. */
  public GatewaySettings withRoutes(List<RouteSettings> others) {
    return new GatewaySettings(
        host,
        port,
        hosts,
        origins,
        maxRequestBytes,
        drain,
        logsRequests,
        upstreams,
        others,
        collect,
        storageKey,
        evaluate);
  }
}
