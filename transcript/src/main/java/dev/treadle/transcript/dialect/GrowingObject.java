package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * A JSON object that grows by deltas, without copying what is there: texts are appended to, objects
 * grow in turn, elements that carry an {@code index} are joined by it, other arrays and values are
 * added or replaced. Fields that nobody has heard of grow by the same rules.
 */
final class GrowingObject {
  /** Texts that name something and come whole. */
  private static final Set<String> WHOLE =
      Set.of("id", "type", "role", "name", "object", "model", "finish_reason", "status", "format");

  private static final String INDEX = "index";
  private static final String ID = "id";
  private static final String CALLS = "tool_calls";

  private final Map<String, Object> fields = new LinkedHashMap<>();

  GrowingObject add(JsonNode delta) {
    delta.forEachEntry(this::add);
    return this;
  }

  void add(String name, JsonNode value) {
    if (value.isNull()) {
      fields.putIfAbsent(name, value);
    } else if (value.isString()) {
      addText(name, value.stringValue());
    } else if (value instanceof ArrayNode array) {
      addArray(name, array);
    } else if (value instanceof ObjectNode object) {
      grow(name).add(object);
    } else {
      fields.put(name, value);
    }
  }

  void set(String name, JsonNode value) {
    fields.put(name, value);
  }

  /** Takes fields as they are: what came whole is no delta, whatever it looks like. */
  GrowingObject setAll(JsonNode whole) {
    whole.forEachEntry(fields::put);
    return this;
  }

  /** The object under that name, which is opened if there is none. */
  GrowingObject grow(String name) {
    if (fields.get(name) instanceof GrowingObject open) {
      return open;
    }
    GrowingObject opened = new GrowingObject();
    if (fields.get(name) instanceof ObjectNode before) {
      opened.add(before);
    }
    fields.put(name, opened);
    return opened;
  }

  private void addText(String name, String text) {
    if (WHOLE.contains(name)) {
      if (isReplaced(name, text)) {
        fields.put(name, StringNode.valueOf(text));
      }
    } else if (fields.get(name) instanceof StringBuilder open) {
      open.append(text);
    } else {
      StringBuilder opened = new StringBuilder(text.length() + 16);
      if (fields.get(name) instanceof StringNode before) {
        opened.append(before.stringValue());
      }
      fields.put(name, opened.append(text));
    }
  }

  /** The first id counts: some servers make up another one for every fragment. */
  private boolean isReplaced(String name, String text) {
    return !(fields.get(name) instanceof StringNode before)
        || before.stringValue().isEmpty()
        || !(text.isEmpty() || name.equals(ID));
  }

  private void addArray(String name, ArrayNode array) {
    GrowingArray open =
        fields.get(name) instanceof GrowingArray it
            ? it
            : new GrowingArray(fields.get(name), name.equals(CALLS));
    fields.put(name, open);
    array.forEach(open::add);
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  /** What it has come to so far. */
  ObjectNode node() {
    ObjectNode node = Json.object();
    fields.forEach((name, value) -> node.set(name, node(value)));
    return node;
  }

  private static JsonNode node(Object value) {
    return switch (value) {
      case StringBuilder text -> StringNode.valueOf(text.toString());
      case GrowingObject object -> object.node();
      case GrowingArray array -> array.node();
      case JsonNode node -> node;
      default -> throw new IllegalStateException("not a field: " + value.getClass());
    };
  }

  /** An array whose elements are joined by their index or come one after another. */
  private static final class GrowingArray {
    /** What came under an index; the last one is what grows. */
    private final Map<Long, Deque<GrowingObject>> indexed = new TreeMap<>();

    private final ArrayNode plain = Json.array();

    /** Whether they are calls: a whole answer's have no index. */
    private final boolean areCalls;

    GrowingArray(@Nullable Object before, boolean areCalls) {
      this.areCalls = areCalls;
      if (before instanceof ArrayNode array) {
        plain.addAll(array);
      }
    }

    void add(JsonNode element) {
      Long index = Fields.whole(element, INDEX).orElse(null);
      if (index == null || !element.isObject()) {
        plain.add(element);
        return;
      }
      Deque<GrowingObject> open = indexed.computeIfAbsent(index, _ -> new ArrayDeque<>());
      if (open.isEmpty() || (areCalls && isOther(open.getLast(), element))) {
        open.add(new GrowingObject());
      }
      GrowingObject growing = open.getLast();
      element.forEachEntry(
          (name, value) -> {
            if (!name.equals(INDEX) || !areCalls) {
              growing.add(name, value);
            }
          });
    }

    private static boolean isOther(GrowingObject open, JsonNode element) {
      return open.fields.get(ID) instanceof StringNode id
          && ToolCallDelta.beginsAnother(id.stringValue(), element);
    }

    ArrayNode node() {
      ArrayNode node = Json.array();
      indexed.values().forEach(same -> same.forEach(it -> node.add(it.node())));
      return node.addAll(plain);
    }
  }
}
