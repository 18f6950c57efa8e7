package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An error as a wire API tells it.
 *
 * @param status the HTTP status; for an error inside a stream, the one that its type stands for
 * @param type as it was said, or the protocol's word for the status
 * @param message for people
 * @param code OpenAI's finer word, where there is one
 * @param param the request's field that is at fault
 */
public record ApiError(
    int status, String type, String message, Optional<String> code, Optional<String> param) {
  private static final int SNIPPET = 500;
  private static final int OK = 300;

  /** An error of a type alone. */
  public static ApiError of(int status, String type, String message) {
    return new ApiError(status, type, message, Optional.empty(), Optional.empty());
  }

  /**
   * Reads the body of an error answer, whatever it is: the wire API's form, another server's, or no
   * JSON at all.
   *
   * @param status the HTTP status; below 300 (an error inside a stream), it is told by the type
   */
  public static ApiError decode(Protocol protocol, int status, byte[] body) {
    JsonNode json;
    try {
      json = Json.read(body);
    } catch (TreadleException e) {
      return ofText(protocol, status, new String(body, StandardCharsets.UTF_8));
    }
    return decode(protocol, status, json);
  }

  /** As {@link #decode(Protocol, int, byte[])}. */
  public static ApiError decode(Protocol protocol, int status, JsonNode body) {
    JsonNode top = body.isArray() && !body.isEmpty() ? body.get(0) : body;
    JsonNode error = top.path("response").path("error").isObject() ? top.path("response") : top;
    error = Fields.isAbsent(error.path("error")) ? error : error.path("error");
    Optional<String> message =
        Fields.text(error, "message")
            .or(() -> Fields.text(top, "message"))
            .filter(it -> !it.isBlank());
    if (message.isEmpty()) {
      JsonNode detail = error.isObject() && error.has("detail") ? error.path("detail") : error;
      return ofText(protocol, status, detail.isString() ? detail.stringValue() : nonEmpty(detail));
    }
    Optional<String> code = scalar(error, "code");
    String type =
        Fields.text(error, "type").filter(it -> !it.isBlank() && !it.equals("error")).orElse("");
    int known = status >= OK ? status : ErrorTypes.status(type, code);
    return new ApiError(
        known,
        type.isEmpty() ? ErrorTypes.type(protocol, known) : type,
        message.get(),
        code,
        scalar(error, "param"));
  }

  /** Whether an event of a chat stream is an error; {@code "error":null} and the like are not. */
  static boolean isIn(String name, JsonNode data) {
    JsonNode error = data.path("error");
    return name.equals("error") || !(Fields.isEmpty(error) || error.isBoolean());
  }

  private static String nonEmpty(JsonNode node) {
    return Fields.isEmpty(node) ? "" : node.toString();
  }

  private static ApiError ofText(Protocol protocol, int status, String text) {
    int known = status >= OK ? status : ErrorTypes.UNKNOWN;
    String stripped = text.strip();
    String message =
        stripped.isEmpty()
            ? "the server answered with status " + known + " and did not say why"
            : stripped.substring(0, Math.min(SNIPPET, stripped.length()));
    return of(known, ErrorTypes.type(protocol, known), message);
  }

  private static Optional<String> scalar(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (value.isString()) {
      return Optional.of(value.stringValue());
    }
    return value.isNumber() ? Optional.of(value.toString()) : Optional.empty();
  }

  /**
   * The body that the wire API has for it; a type that only the other vendor knows is translated.
   */
  public ObjectNode encode(Protocol to) {
    ObjectNode body = Json.object();
    String word = ErrorTypes.translate(to, type, status);
    if (to == Protocol.MESSAGES) {
      body.put("type", "error");
      body.putObject("error").put("type", word).put("message", message);
      body.putNull("request_id");
      return body;
    }
    ObjectNode error = body.putObject("error").put("message", message).put("type", word);
    error.put("param", param.orElse(null));
    error.put("code", code.orElse(null));
    return body;
  }

  /** The event that ends a stream with it, in the form that the wire API's clients raise. */
  public SseEvent event(Protocol to) {
    return switch (to) {
      case CHAT -> SseEvent.of("", encode(to));
      case MESSAGES -> SseEvent.of("error", encode(to));
      case RESPONSES -> {
        ObjectNode flat = Json.object().put("type", "error");
        flat.put("code", code.orElse(ErrorTypes.translate(to, type, status)));
        flat.put("message", message);
        flat.put("param", param.orElse(null));
        yield SseEvent.of("error", flat);
      }
    };
  }
}
