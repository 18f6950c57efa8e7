package dev.treadle.gateway.scripted;

import dev.treadle.transcript.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** The events of a streamed response as they are numbered and said where they belong. */
final class ResponseEvents {
  private final List<StreamEvent> events = new ArrayList<>();
  private final boolean isObfuscated;
  private int outputIndex;
  private String itemId = "";

  ResponseEvents(boolean isObfuscated) {
    this.isObfuscated = isObfuscated;
  }

  List<StreamEvent> all() {
    return events;
  }

  /** What follows belongs to that item. */
  void item(int index, String id) {
    outputIndex = index;
    itemId = id;
  }

  void itemAdded(ObjectNode item, boolean isContent) {
    add("response.output_item.added", place().set("item", item), isContent);
  }

  void itemDone(ObjectNode item) {
    add("response.output_item.done", place().set("item", item));
  }

  /**
   * An event about a part of the item.
   *
   * @param part the name of the part's index, which is always 0; empty: the item has no parts
   */
  void inPart(String type, String part, Consumer<ObjectNode> fields) {
    ObjectNode event = inPart(part);
    fields.accept(event);
    add(type, event);
  }

  void delta(String type, String part, String piece) {
    ObjectNode event = inPart(part).put("delta", piece);
    if (type.equals("response.output_text.delta")) {
      event.putArray("logprobs");
    }
    if (isObfuscated) {
      event.put("obfuscation", ModelApi.obfuscation(events.size()));
    }
    add(type, event, true);
  }

  void add(String type, ObjectNode fields) {
    add(type, fields, false);
  }

  private void add(String type, ObjectNode fields, boolean isContent) {
    ObjectNode event = Json.object().put("type", type).put("sequence_number", events.size());
    event.setAll(fields);
    events.add(new StreamEvent(type, Json.write(event), isContent));
  }

  private ObjectNode place() {
    return Json.object().put("output_index", outputIndex);
  }

  private ObjectNode inPart(String part) {
    ObjectNode event = place().put("item_id", itemId);
    return part.isEmpty() ? event : event.put(part, 0);
  }
}
