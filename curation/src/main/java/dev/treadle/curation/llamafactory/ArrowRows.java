package dev.treadle.curation.llamafactory;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives rows the shape they have after Arrow: every object has every field of its column, in one
 * order.
 */
final class ArrowRows {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ArrowRows() {}

  /** The row as the loader would see it. */
  static JsonNode shaped(JsonNode value, ColumnSketch sketch) {
    if (value.isArray()) {
      return shapedList(value, sketch.elements());
    }
    if (!value.isObject() || !sketch.isFilledUp()) {
      return value;
    }
    ObjectNode shaped = JSON.objectNode();
    for (var field : sketch.fields().entrySet()) {
      JsonNode inner = value.get(field.getKey());
      shaped.set(field.getKey(), inner == null ? JSON.nullNode() : shaped(inner, field.getValue()));
    }
    return shaped;
  }

  private static JsonNode shapedList(JsonNode list, ColumnSketch elements) {
    ColumnSketch.Kind kind = elements.kind();
    if (kind != ColumnSketch.Kind.OBJECT && kind != ColumnSketch.Kind.LIST) {
      return list;
    }
    ArrayNode shaped = JSON.arrayNode(list.size());
    for (JsonNode element : list) {
      shaped.add(shaped(element, elements));
    }
    return shaped;
  }

  /**
   * Notes fields with which other rows fill up the tool calls or tools of this one: the model would
   * learn to write them as null.
   */
  static void notePadding(
      JsonNode row, ColumnSketch sketch, DatasetEntry entry, List<Alteration> alterations) {
    if (entry.formatting() != Formatting.OPENAI) {
      return;
    }
    String messages = String.valueOf(entry.columns().messages());
    ColumnSketch calls = at(sketch, messages).elements().fields().get("tool_calls");
    for (JsonNode message : row.path(messages)) {
      for (JsonNode call : message.path("tool_calls")) {
        JsonNode function = call.path("function");
        ColumnSketch functions =
            calls == null ? new ColumnSketch() : at(calls.elements(), "function");
        if (noteFilled(function, functions, messages + "[].tool_calls[].function", alterations)) {
          return;
        }
      }
    }
    String tools = String.valueOf(entry.columns().tools());
    noteFilled(row.path(tools), at(sketch, tools), tools, alterations);
  }

  private static ColumnSketch at(ColumnSketch object, String field) {
    ColumnSketch there = object.fields().get(field);
    return there == null ? new ColumnSketch() : there;
  }

  private static boolean noteFilled(
      JsonNode value, ColumnSketch sketch, String path, List<Alteration> alterations) {
    if (value.isArray()) {
      for (JsonNode element : value) {
        if (noteFilled(element, sketch.elements(), path + "[]", alterations)) {
          return true;
        }
      }
      return false;
    }
    if (!value.isObject() || !sketch.isFilledUp()) {
      return false;
    }
    for (var field : sketch.fields().entrySet()) {
      JsonNode inner = value.get(field.getKey());
      String place = path + "." + field.getKey();
      if (inner == null) {
        alterations.add(
            new Alteration(
                Reason.TOOL_FIELDS_PADDED,
                "other rows have `%s`, so this row gets it as null and the model learns to write it; write tool data"
                        .formatted(place)
                    + " as JSON text"));
        return true;
      }
      if (noteFilled(inner, field.getValue(), place, alterations)) {
        return true;
      }
    }
    return false;
  }
}
