package dev.treadle.gateway;

import dev.treadle.transcript.dialect.Protocol;
import java.util.Locale;
import java.util.Optional;

/** A way to ask a model that the gateway knows by its path. */
public enum Api {
  CHAT("/v1/chat/completions", Protocol.CHAT),
  MESSAGES("/v1/messages", Protocol.MESSAGES),
  RESPONSES("/v1/responses", Protocol.RESPONSES),
  EMBEDDINGS("/v1/embeddings", Protocol.CHAT);

  private final String path;
  private final Protocol protocol;

  Api(String path, Protocol protocol) {
    this.path = path;
    this.protocol = protocol;
  }

  /** The API that is posted to at {@code path}. */
  static Optional<Api> at(String path) {
    return switch (path) {
      case "/v1/chat/completions" -> Optional.of(CHAT);
      case "/v1/messages" -> Optional.of(MESSAGES);
      case "/v1/responses" -> Optional.of(RESPONSES);
      case "/v1/embeddings" -> Optional.of(EMBEDDINGS);
      default -> Optional.empty();
    };
  }

  /** The name in configuration and records. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  String path() {
    return path;
  }

  /** Whose forms its errors, usage and streams have. */
  Protocol protocol() {
    return protocol;
  }

  /** Whether a request of this API can be put to an upstream in the words of {@code other}. */
  boolean translatesTo(Api other) {
    return this == other
        || (this == CHAT && other == MESSAGES)
        || (this == MESSAGES && other == CHAT);
  }
}
