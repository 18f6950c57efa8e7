package dev.treadle.gateway;

import dev.treadle.gateway.cache.CacheKey;
import dev.treadle.gateway.cache.ResponseCache;
import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.http.HttpRequest;
import io.micrometer.core.instrument.Counter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What joins calls with the cache: which routes have one, and what makes two requests the same.
 *
 * <p>Two requests are the same if everything is that an answer could follow from: who asks, the
 * route as it stands, the path, the body's bytes, and every header field that an upstream would be
 * sent, be it credentials, a version or a tenant of whatever name. Only fields that number, trace
 * or time the single request are left out. Nothing is normalised: a request that means the same in
 * other bytes is asked anew, which costs a call; a wrong guess would cost a wrong answer.
 *
 * <p>A route has an epoch. It is another one as soon as the route's settings or an upstream behind
 * it changed, so that an old configuration's answers are never given, nor those of calls that it
 * still has under way.
 */
final class Caching {
  private static final Set<String> OF_ONE_REQUEST =
      Set.of(
          "cache-control",
          "pragma",
          "date",
          "idempotency-key",
          "x-request-id",
          "x-client-request-id",
          "x-correlation-id",
          "traceparent",
          "tracestate",
          "via",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-proto",
          "x-real-ip");

  private final InstantSource clock;
  private final GatewayMetrics metrics;
  private final ResponseCache cache = new ResponseCache();
  private long lastEpoch;
  private volatile @Nullable Present present;

  /** What holds for the calls of one configuration. */
  private record Present(Routes routes, Map<String, Place> places) {}

  /** A route's part of the cache. */
  private record Place(RouteSettings route, long epoch, Counter hits, Counter misses) {}

  Caching(InstantSource clock, GatewayMetrics metrics) {
    this.clock = clock;
    this.metrics = metrics;
    metrics.gauge(
        "treadle.cache.bytes", "Memory of answers that are given again", cache::heldBytes);
    metrics.gauge("treadle.cache.answers", "Answers that are given again", cache::size);
    metrics.gauge(
        "treadle.cache.evicted", "Answers that made room for others since", cache::evicted);
  }

  /** Goes on with another configuration; a route that is as before keeps its answers. */
  synchronized void change(Routes routes) {
    Map<String, Place> places = new HashMap<>();
    Set<Long> epochs = new HashSet<>();
    for (RouteSettings route : routes.settings().routes()) {
      if (route.cache().isPresent()) {
        Place place = place(routes, route);
        places.put(route.name(), place);
        epochs.add(place.epoch());
      }
    }
    present = new Present(routes, places);
    cache.change(routes.settings().cacheBytes(), epochs);
  }

  private Place place(Routes routes, RouteSettings route) {
    String name = route.name();
    return new Place(
        route,
        epochBefore(routes, route).orElseGet(() -> ++lastEpoch),
        metrics.routeCounter("treadle.cache.hits", "Calls answered from the cache", name),
        metrics.routeCounter(
            "treadle.cache.misses", "Calls that the cache had no answer for", name));
  }

  /** The epoch that the route is in, if neither it nor an upstream behind it changed. */
  private Optional<Long> epochBefore(Routes routes, RouteSettings route) {
    Present before = present;
    Place known = before == null ? null : before.places().get(route.name());
    if (before == null || known == null) {
      return Optional.empty();
    }
    boolean isAsBefore =
        known.route().equals(route)
            && backends(before.routes(), route).equals(backends(routes, route));
    return isAsBefore ? Optional.of(known.epoch()) : Optional.empty();
  }

  /** Who answers for a route; equal if it is the same upstreams, with the same settings. */
  private static List<Backend> backends(Routes routes, RouteSettings route) {
    List<Backend> backends = new ArrayList<>();
    route.policy().targets().forEach(it -> backends.add(routes.backend(it.upstream())));
    return backends;
  }

  /**
   * Looks for an answer to a request of a route with a cache; null for a call that began just
   * before the configuration changed.
   */
  @Nullable CacheVisit visit(
      Routes routes, RouteSettings route, Access.Caller caller, HttpRequest request, Instant now) {
    Present holds = present;
    Place place =
        holds != null && holds.routes().equals(routes) ? holds.places().get(route.name()) : null;
    if (place == null) {
      return null;
    }
    CacheVisit visit =
        CacheVisit.of(
            cache,
            key(place, caller, request),
            route.cache().orElseThrow(),
            request.headers(),
            now,
            clock);
    (visit.found().isPresent() ? place.hits() : place.misses()).increment();
    return visit;
  }

  private static CacheKey key(Place place, Access.Caller caller, HttpRequest request) {
    CacheKey.Parts parts = CacheKey.of(place.epoch());
    // The hash beside the name: a key that was made anew may be another client's.
    Optional<ApiKeys.Entry> shown = caller.key();
    parts.add(shown.isPresent() ? 1 : 0);
    if (shown.isPresent()) {
      parts.add(shown.get().name()).add(shown.get().hash());
    }
    parts.add(place.route().name()).add(request.path());
    parts.add(request.query().isPresent() ? 1 : 0).add(request.query().orElse(""));
    List<String> fields = fields(request.headers());
    parts.add(fields.size());
    fields.forEach(parts::add);
    return parts.add(request.body()).key();
  }

  private static List<String> fields(Headers headers) {
    List<String> fields = new ArrayList<>();
    headers.forEach(
        (name, value) -> {
          if (counts(name)) {
            fields.add(name);
            fields.add(value);
          }
        });
    return fields;
  }

  private static boolean counts(String name) {
    return !OF_ONE_REQUEST.contains(name)
        && !name.startsWith(
            "x-stainless-") // What OpenAI's and Anthropic's libraries say of theirs.
        && !name.startsWith("x-treadle-")
        && (Backend.isPassedOn(name) || Backend.isCredential(name));
  }

  /** Lets go of answers that are too old. */
  void sweep() {
    cache.sweep(clock.instant());
  }

  ResponseCache cache() {
    return cache;
  }
}
