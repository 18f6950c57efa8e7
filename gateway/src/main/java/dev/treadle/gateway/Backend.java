package dev.treadle.gateway;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.upstream.Upstream;
import dev.treadle.transcript.Usd;
import dev.treadle.transcript.dialect.Usage;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** An upstream with its settings: what is sent to it, and how it is signed. */
record Backend(UpstreamSettings settings, Upstream upstream) {
  /** Of the connection, not of the message (RFC 9110, 7.6.1), or the gateway's own business. */
  private static final Set<String> NOT_PASSED_ON =
      Set.of(
          "host",
          "connection",
          "proxy-connection",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "content-length",
          "expect",
          "accept-encoding",
          "authorization",
          "x-api-key",
          "proxy-authorization",
          "cookie",
          "origin",
          "referer");

  private static final Set<String> CREDENTIALS = Set.of("authorization", "x-api-key");

  private static final Set<String> NOT_PASSED_BACK =
      Set.of(
          "connection",
          "proxy-connection",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "content-length",
          "content-encoding",
          "date",
          "alt-svc",
          "set-cookie",
          "strict-transport-security");

  private static final String ANTHROPIC_VERSION = "2023-06-01";

  String name() {
    return settings.name();
  }

  /** Whether a client's header field of that name is sent on, where the API is the same. */
  static boolean isPassedOn(String name) {
    return !NOT_PASSED_ON.contains(name) && !name.startsWith("x-treadle-");
  }

  /** Whether it is sent on to upstreams that are called with the client's own credentials. */
  static boolean isCredential(String name) {
    return CREDENTIALS.contains(name);
  }

  /** The API in whose words a request of {@code asked} is put to it, if there is one. */
  Optional<Api> apiFor(Api asked) {
    if (settings.apis().contains(asked)) {
      return Optional.of(asked);
    }
    return settings.apis().stream().filter(asked::translatesTo).sorted().findFirst();
  }

  /** What an answer of that model costs here, where its price and its tokens are known. */
  Optional<Usd> cost(String model, Optional<Usage> usage) {
    return usage.flatMap(counts -> settings.price(model).map(it -> it.of(counts)));
  }

  /** The header fields of a call. */
  Headers headersFor(Headers client, boolean isSameApi) {
    Headers headers = new Headers();
    client.forEach(
        (name, value) -> {
          boolean isOthers =
              !isSameApi && (name.startsWith("anthropic-") || name.startsWith("openai-"));
          if (isPassedOn(name) && !isOthers) {
            headers.add(name, value);
          }
        });
    headers.add("accept-encoding", "identity");
    boolean isAnthropic = settings.apis().contains(Api.MESSAGES);
    if (isAnthropic && headers.first("anthropic-version").isEmpty()) {
      headers.add("anthropic-version", ANTHROPIC_VERSION);
    }
    switch (settings.credentials()) {
      case UpstreamSettings.Credentials.None() -> {}
      case UpstreamSettings.Credentials.Own(Secret key) -> sign(headers, key.value());
      case UpstreamSettings.Credentials.Clients() -> {
        // Who speaks another protocol is another vendor: its keys are none of this one's business.
        if (isSameApi) {
          passOn(client, headers);
        }
      }
    }
    settings
        .headers()
        .forEach((name, value) -> headers.set(name.toLowerCase(Locale.ROOT), value.value()));
    return headers;
  }

  private void sign(Headers headers, String key) {
    if (settings.kind() == UpstreamSettings.Kind.ANTHROPIC) {
      headers.add("x-api-key", key);
    } else {
      headers.add("authorization", "Bearer " + key);
    }
  }

  /** The client's own credentials; a key of this gateway is none of the upstream's business. */
  private static void passOn(Headers client, Headers headers) {
    client
        .first("authorization")
        .filter(it -> Stream.of(it.split("\\s+", -1)).noneMatch(ApiKeys::isOurs))
        .ifPresent(it -> headers.add("authorization", it));
    client
        .first("x-api-key")
        .filter(it -> !ApiKeys.isOurs(it))
        .ifPresent(it -> headers.add("x-api-key", it));
  }

  /** The header fields of an upstream's answer that a client may see. */
  static Headers passedBack(Headers upstream) {
    Headers headers = new Headers();
    upstream.forEach(
        (name, value) -> {
          if (!NOT_PASSED_BACK.contains(name)) {
            headers.add(name, value);
          }
        });
    return headers;
  }
}
