package dev.treadle.gateway;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.http.HttpAnswer;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.dialect.ApiError;
import dev.treadle.transcript.dialect.Protocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** Answers that the gateway gives by itself. */
final class Replies {
  private Replies() {}

  static void json(HttpAnswer answer, int status, JsonNode body) throws IOException {
    answer.send(status, new Headers().add("content-type", "application/json"), Json.write(body));
  }

  static void text(HttpAnswer answer, int status, String type, String body) throws IOException {
    answer.send(
        status, new Headers().add("content-type", type), body.getBytes(StandardCharsets.UTF_8));
  }

  /** An error in the form of the API that the path belongs to; nothing that a retry would mend. */
  static void error(HttpAnswer answer, String path, ApiError error) throws IOException {
    Headers headers = new Headers().add("content-type", "application/json");
    if (error.status() == 401) {
      headers.add("www-authenticate", "Bearer");
    }
    answer.send(error.status(), headers, Json.write(error.encode(protocolOf(path))));
  }

  /** A failure, with how long to wait where that would mend it. */
  static void failure(HttpAnswer answer, String path, Failure failure) throws IOException {
    Headers headers = new Headers().add("content-type", "application/json");
    failure.retryAfterSeconds().ifPresent(it -> headers.add("retry-after", it));
    answer.send(
        failure.error().status(), headers, Json.write(failure.error().encode(protocolOf(path))));
  }

  static void error(HttpAnswer answer, String path, int status, String message) throws IOException {
    error(answer, path, ApiError.of(status, Failure.type(status), message));
  }

  /** Whose clients call a path. */
  static Protocol protocolOf(String path) {
    return path.startsWith(Api.MESSAGES.path()) ? Protocol.MESSAGES : Protocol.CHAT;
  }
}
