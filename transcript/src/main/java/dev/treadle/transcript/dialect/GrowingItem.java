package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One item of the Responses API's output as far as it came. */
final class GrowingItem {
  private GrowingObject fields = new GrowingObject();
  private final Map<Long, GrowingObject> content = new TreeMap<>();
  private final Map<Long, GrowingObject> summary = new TreeMap<>();

  /** The item as it is said to be now. */
  void replace(JsonNode item) {
    fields = new GrowingObject();
    item.forEachEntry(
        (name, value) -> {
          switch (name) {
            case "content" -> replace(content, value);
            case "summary" -> replace(summary, value);
            default -> fields.set(name, value);
          }
        });
  }

  private static void replace(Map<Long, GrowingObject> parts, JsonNode said) {
    parts.clear();
    long index = 0;
    for (JsonNode part : said) {
      parts.put(index++, new GrowingObject().setAll(part));
    }
  }

  void replacePart(ObjectNode data) {
    boolean isSummary = data.has("summary_index");
    Map<Long, GrowingObject> parts = isSummary ? summary : content;
    parts.put(
        Fields.count(data, isSummary ? "summary_index" : "content_index"),
        new GrowingObject().setAll(data.path("part")));
  }

  /** Adds a delta to the part or the field that its type names; true if it shows anything. */
  boolean add(String type, ObjectNode data) {
    JsonNode delta = data.path("delta");
    boolean isVisible = !Fields.isEmpty(delta);
    switch (type) {
      case "response.output_text.delta" -> {
        part(content, data, "content_index", "output_text").add("text", delta);
        JsonNode logprobs = data.path("logprobs");
        if (logprobs.isArray() && !logprobs.isEmpty()) {
          part(content, data, "content_index", "output_text").add("logprobs", logprobs);
        }
      }
      case "response.refusal.delta" ->
          part(content, data, "content_index", "refusal").add("refusal", delta);
      case "response.reasoning_text.delta" ->
          part(content, data, "content_index", "reasoning_text").add("text", delta);
      case "response.reasoning_summary_text.delta" ->
          part(summary, data, "summary_index", "summary_text").add("text", delta);
      case "response.output_text.annotation.added" ->
          part(content, data, "content_index", "output_text")
              .add("annotations", Json.array().add(data.path("annotation")));
      case "response.function_call_arguments.delta", "response.mcp_call_arguments.delta" ->
          fields.add("arguments", delta);
      case "response.custom_tool_call_input.delta" -> fields.add("input", delta);
      case "response.code_interpreter_call_code.delta" -> fields.add("code", delta);
      default -> isVisible = true;
    }
    return isVisible;
  }

  private static GrowingObject part(
      Map<Long, GrowingObject> parts, ObjectNode data, String index, String type) {
    return parts.computeIfAbsent(
        Fields.count(data, index), _ -> new GrowingObject().add(Json.object().put("type", type)));
  }

  ObjectNode node() {
    ObjectNode node = fields.node();
    String type = node.path("type").asString("");
    put(node, "summary", summary, type.equals("reasoning"));
    put(node, "content", content, type.equals("message"));
    return node;
  }

  private static void put(
      ObjectNode node, String field, Map<Long, GrowingObject> parts, boolean isRequired) {
    if (isRequired || !parts.isEmpty()) {
      ArrayNode array = node.putArray(field);
      parts.values().forEach(it -> array.add(it.node()));
    }
  }
}
