package dev.treadle.gateway.fault;

import dev.treadle.gateway.scripted.RawClient;
import dev.treadle.gateway.scripted.RawClient.End;
import dev.treadle.gateway.scripted.RawClient.Got;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.dialect.ApiError;
import dev.treadle.transcript.dialect.Protocol;
import dev.treadle.transcript.dialect.SseParser;
import dev.treadle.transcript.dialect.StreamedAnswer;
import java.net.URI;
import tools.jackson.databind.JsonNode;

/** What a client saw of one call. */
record Client(Protocol protocol, boolean isStream, Got got) {
  private static final int SMALL = 4096;

  static String body(Protocol protocol, boolean isStream) {
    return "{\"model\":\"m\",\"max_tokens\":100,\"stream\":"
        + isStream
        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
  }

  /** Calls, and reads everything. */
  static Client calls(URI gateway, Protocol protocol, boolean isStream, String route)
      throws java.io.IOException {
    try (RawClient client = new RawClient(gateway)) {
      client.send(protocol.path(), body(protocol, isStream), "x-treadle-route: " + route);
      return new Client(protocol, isStream, client.read(Integer.MAX_VALUE));
    }
  }

  /** Calls with hardly any room for what comes, and takes it by few bytes. */
  static Client readsSlowly(URI gateway, Protocol protocol, boolean isStream, String route)
      throws java.io.IOException {
    try (RawClient client = new RawClient(gateway, SMALL)) {
      client.send(protocol.path(), body(protocol, isStream), "x-treadle-route: " + route);
      return new Client(protocol, isStream, client.read(Integer.MAX_VALUE));
    }
  }

  private boolean isEvents() {
    return got.headers().getOrDefault("content-type", "").startsWith("text/event-stream");
  }

  private StreamedAnswer folded() {
    StreamedAnswer answer = StreamedAnswer.of(protocol);
    SseParser parser = new SseParser(64 << 20);
    parser.feed(got.body(), 0, got.body().length, answer::follow);
    return answer;
  }

  /** Whether it got a whole answer and was told so. */
  boolean isAnswered() {
    if (got.status() != 200 || got.end() != End.WHOLE) {
      return false;
    }
    return isEvents() ? folded().isEnded() && folded().isFinished() : error().isEmpty();
  }

  /** The type of the error that it was told. */
  String error() {
    if (isEvents()) {
      return folded().error().map(ApiError::type).orElse("");
    }
    JsonNode body = Json.read(got.body());
    return body.at("/error/type").asString("");
  }

  /** What it has of the text. */
  String text() {
    return text(protocol, isEvents() ? folded().body() : Json.read(got.body()));
  }

  /** The text of an answer in that protocol. */
  static String text(Protocol protocol, JsonNode body) {
    return switch (protocol) {
      case CHAT -> body.at("/choices/0/message/content").asString("");
      case MESSAGES -> body.at("/content/0/text").asString("");
      case RESPONSES -> body.at("/output/0/content/0/text").asString("");
    };
  }

  boolean isToldNotToRetry() {
    return got.headers().getOrDefault("x-should-retry", "").equals("false");
  }

  /** In few words. */
  String summary() {
    if (isAnswered()) {
      return "200, whole";
    }
    if (isEvents()) {
      return "200, then error event `" + error() + "`";
    }
    String retry = got.headers().getOrDefault("retry-after", "");
    return got.status() + " `" + error() + "`" + (retry.isEmpty() ? "" : ", retry-after " + retry);
  }
}
