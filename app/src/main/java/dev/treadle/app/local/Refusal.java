package dev.treadle.app.local;

import dev.treadle.transcript.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Why a request is not answered, as OpenAI's APIs say it. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final @Nullable String field;
  private final @Nullable String code;

  Refusal(int status, String message, @Nullable String field, @Nullable String code) {
    super(message, null, false, false);
    this.status = status;
    this.field = field;
    this.code = code;
  }

  /** A request that says what cannot be. */
  static Refusal of(String field, String message) {
    return new Refusal(400, message, field, "invalid_value");
  }

  /** A request for what this server does not do. */
  static Refusal unsupported(String field, String message) {
    return new Refusal(400, field + ": " + message, field, "unsupported_parameter");
  }

  int status() {
    return status;
  }

  ObjectNode body() {
    return body(status, String.valueOf(getMessage()), field, code);
  }

  static ObjectNode body(
      int status, String message, @Nullable String field, @Nullable String code) {
    ObjectNode json = Json.object();
    json.putObject("error")
        .put("message", message)
        .put("type", type(status))
        .put("param", field)
        .put("code", code);
    return json;
  }

  private static String type(int status) {
    if (status == 429) {
      return "requests";
    }
    return status >= 500 ? "server_error" : "invalid_request_error";
  }
}
