package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call's arguments: a text that should be JSON in chat, an object in Messages. A text that is no
 * JSON object goes as {@code {"_raw": text}} and comes back as the text it was.
 */
final class Arguments {
  private static final String RAW = "_raw";

  private Arguments() {}

  /** The input that chat's text is; nothing where it has to be wrapped. */
  static Optional<ObjectNode> parse(String text) {
    return object(text).filter(it -> !isWrapped(it));
  }

  /** The object that the fragments of a Messages stream make. An empty text is an empty object. */
  static Optional<ObjectNode> object(String text) {
    if (text.isBlank()) {
      return Optional.of(Json.object());
    }
    try {
      return Json.read(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (TreadleException e) {
      return Optional.empty();
    }
  }

  static ObjectNode wrap(String text) {
    return Json.object().put(RAW, text);
  }

  static String text(JsonNode input) {
    if (isWrapped(input)) {
      return input.path(RAW).stringValue();
    }
    return input.isMissingNode() ? "{}" : input.toString();
  }

  private static boolean isWrapped(JsonNode input) {
    return input.size() == 1 && input.path(RAW).isString();
  }
}
