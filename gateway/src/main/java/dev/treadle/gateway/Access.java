package dev.treadle.gateway;

import dev.treadle.gateway.http.Headers;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.dialect.ApiError;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides who may do what: keys, host names, web pages. Immutable. */
final class Access {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  static final String KEY_HEADER = "x-treadle-key";

  private final ApiKeys keys;
  private final Set<String> hosts;
  private final Set<String> origins;
  private final boolean checksHosts;
  private final boolean isOpen;

  Access(ApiKeys keys, GatewaySettings.Listener listener) {
    this.keys = keys;
    this.isOpen = isLoopback(listener.host());
    this.hosts = names(listener);
    this.origins = listener.origins();
    this.checksHosts = isOpen || !listener.hosts().isEmpty();
  }

  private static Set<String> names(GatewaySettings.Listener listener) {
    Set<String> names = new HashSet<>(LOOPBACK);
    names.add(listener.host().indexOf(':') < 0 ? listener.host() : "[" + listener.host() + "]");
    names.addAll(listener.hosts());
    return names.stream()
        .map(it -> it.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
  }

  /**
   * Who asks.
   *
   * @param key what it showed; absent where no keys are asked for
   */
  record Caller(Optional<ApiKeys.Entry> key) {
    String name() {
      return key.map(ApiKeys.Entry::name).orElse("anonymous");
    }

    boolean mayUse(String route) {
      return key.map(it -> it.mayUse(route)).orElse(true);
    }

    /** What an internal key says that it calls for; everybody else is a user. */
    Purpose purpose(Headers headers) {
      return key.filter(ApiKeys.Entry::internal)
          .flatMap(_ -> headers.first("x-treadle-purpose"))
          .flatMap(it -> Purpose.ofWire(it.toLowerCase(Locale.ROOT)))
          .orElse(Purpose.USER);
    }
  }

  /**
   * Refuses a request that a web page of somebody else sent, be it under another name for this
   * machine (DNS rebinding) or openly.
   */
  Optional<ApiError> refusal(Headers headers) {
    if (checksHosts) {
      String host = nameOf(headers.first("host").orElse(""));
      if (!hosts.contains(host)) {
        return Optional.of(
            ApiError.of(
                403,
                "permission_error",
                "the Host header names '"
                    + host
                    + "', which is not this gateway: add it to serve.hosts if it is"));
      }
    }
    Optional<String> origin = headers.first("origin");
    if (origin.isPresent() && !origins.contains(origin.get())) {
      return Optional.of(
          ApiError.of(
              403,
              "permission_error",
              "web pages of "
                  + origin.get()
                  + " may not call: add it to serve.origins if they may"));
    }
    return Optional.empty();
  }

  private static String nameOf(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    return (hasPort ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
  }

  /**
   * Who asks; empty where a key is asked for and none that is known was shown. Where there are no
   * keys, everybody on this machine may ask, and nobody else.
   */
  Optional<Caller> caller(Headers headers) {
    if (keys.isEmpty()) {
      return isOpen ? Optional.of(new Caller(Optional.empty())) : Optional.empty();
    }
    return shown(headers).flatMap(keys::find).map(it -> new Caller(Optional.of(it)));
  }

  /** An admin key's owner. */
  Optional<Caller> admin(Headers headers) {
    return shown(headers)
        .flatMap(keys::find)
        .filter(ApiKeys.Entry::admin)
        .map(it -> new Caller(Optional.of(it)));
  }

  /** The first key of ours: the usual fields may carry credentials for the upstream beside it. */
  private static Optional<String> shown(Headers headers) {
    Optional<String> own = headers.first(KEY_HEADER).filter(ApiKeys::isOurs);
    if (own.isPresent()) {
      return own;
    }
    Optional<String> anthropic = headers.first("x-api-key").filter(ApiKeys::isOurs);
    return anthropic.isPresent()
        ? anthropic
        : headers
            .first("authorization")
            .filter(it -> it.regionMatches(true, 0, "Bearer ", 0, 7))
            .map(it -> it.substring(7).strip())
            .filter(ApiKeys::isOurs);
  }
}
