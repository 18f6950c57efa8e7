package dev.treadle.gateway.scripted;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A vendor's protocol, from its server's side. Written apart from the product's own codecs. */
sealed interface ModelApi permits ChatApi, MessagesApi, ResponsesApi {

  /** Reads a request as strictly as the vendor does. */
  Asked asked(ObjectNode body, Received request) throws BadRequest;

  /** The answer in one piece. */
  ObjectNode body(Reply reply);

  /** The answer as a stream, its end included. */
  List<StreamEvent> events(Reply reply);

  /** The body of an error. */
  ObjectNode error(long number, int status, String message, String field);

  /** An error inside a stream, after that many events. */
  StreamEvent errorEvent(long number, int status, String message, int sequence);

  /** The name of the header that carries the request's id. */
  String requestIdHeader();

  static String model(ObjectNode body) throws BadRequest {
    return text(body, "model");
  }

  static String text(JsonNode in, String field) throws BadRequest {
    JsonNode value = in.path(field);
    if (!value.isString()) {
      throw new BadRequest(field, "you must provide a " + field + " parameter");
    }
    return value.asString();
  }

  static List<JsonNode> list(JsonNode in, String field) throws BadRequest {
    JsonNode value = in.path(field);
    if (!value.isArray() || value.isEmpty()) {
      throw new BadRequest(field, field + ": a list with one item at least is required");
    }
    return items(value);
  }

  /** The items of a list; of anything else, none. */
  static List<JsonNode> items(JsonNode list) {
    List<JsonNode> items = new ArrayList<>(list.size());
    if (list.isArray()) {
      list.forEach(items::add);
    }
    return items;
  }

  /** The text of a content that is text or a list of parts. */
  static String words(JsonNode content) {
    if (content.isString()) {
      return content.asString();
    }
    StringBuilder words = new StringBuilder();
    for (JsonNode part : items(content)) {
      if (part.path("text").isString()) {
        words.append(words.isEmpty() ? "" : "\n").append(part.path("text").asString());
      }
    }
    return words.toString();
  }

  /** Four bytes are a token, more or less. */
  static long tokens(long bytes) {
    return (bytes + 3) / 4;
  }

  /** Letters that look random and mean nothing, as many as the number says. */
  static String obfuscation(long number) {
    return "aG7kQ2xWp9Lr4TzB".substring(0, 1 + (int) (number & 15));
  }
}
