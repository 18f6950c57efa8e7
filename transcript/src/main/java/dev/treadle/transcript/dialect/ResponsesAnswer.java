package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A streamed answer of the Responses API: items of output, each of parts. Its closing event holds
 * the whole answer; the deltas are folded for the case that it never comes.
 */
final class ResponsesAnswer extends StreamedAnswer {
  private static final String PREFIX = "response.";

  private ObjectNode response = Json.object().put("object", "response");
  private final Map<Long, GrowingItem> items = new TreeMap<>();

  @Override
  Optional<ApiError> failure(String name, ObjectNode data) {
    String type = data.path("type").asString(name);
    boolean isError =
        type.equals("error") || type.equals("response.failed") || data.path("error").isObject();
    return isError ? Optional.of(ApiError.decode(Protocol.RESPONSES, 0, data)) : Optional.empty();
  }

  @Override
  void fail(ObjectNode data) {
    state(data);
  }

  @Override
  Kind fold(String name, ObjectNode data) {
    String type = data.path("type").asString(name);
    return switch (type) {
      case "response.created", "response.queued", "response.in_progress" -> {
        state(data);
        yield Kind.PREAMBLE;
      }
      case "response.completed", "response.incomplete" -> {
        state(data);
        yield Kind.END;
      }
      case "response.output_item.added", "response.output_item.done" -> {
        item(data).replace(data.path("item"));
        yield isBare(data.path("item")) ? Kind.PREAMBLE : Kind.CONTENT;
      }
      case "response.content_part.added",
          "response.content_part.done",
          "response.reasoning_summary_part.added",
          "response.reasoning_summary_part.done" -> {
        item(data).replacePart(data);
        yield Fields.isEmpty(data.path("part").path("text")) ? Kind.PREAMBLE : Kind.CONTENT;
      }
      default -> delta(type, data);
    };
  }

  private Kind delta(String type, ObjectNode data) {
    if (!type.startsWith(PREFIX) || !data.has("output_index")) {
      return Kind.PREAMBLE;
    }
    return item(data).add(type, data) ? Kind.CONTENT : Kind.PREAMBLE;
  }

  private void state(ObjectNode data) {
    if (data.path("response") instanceof ObjectNode state) {
      response = state;
    }
  }

  private GrowingItem item(ObjectNode data) {
    return items.computeIfAbsent(Fields.count(data, "output_index"), _ -> new GrowingItem());
  }

  /** A message or a piece of reasoning that has only been opened. */
  private static boolean isBare(JsonNode item) {
    return switch (item.path("type").asString("")) {
      case "message" -> Fields.isEmpty(item.path("content"));
      case "reasoning" ->
          Fields.isEmpty(item.path("content")) && Fields.isEmpty(item.path("summary"));
      default -> false;
    };
  }

  @Override
  public boolean isFinished() {
    String status = response.path("status").asString("");
    return status.equals("completed") || status.equals("incomplete");
  }

  @Override
  public Optional<Usage> usage() {
    return Usage.of(Protocol.RESPONSES, response);
  }

  @Override
  public Optional<String> finishReason() {
    return isFinished() ? Fields.text(response, "status") : Optional.empty();
  }

  @Override
  public ObjectNode body() {
    ObjectNode body = Json.object();
    body.setAll(response);
    if (Fields.isEmpty(body.path("output"))) {
      ArrayNode output = body.putArray("output");
      items.values().forEach(it -> output.add(it.node()));
    }
    return body;
  }
}
