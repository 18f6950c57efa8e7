package dev.treadle.transcript.dialect;

import tools.jackson.databind.JsonNode;

/** One element of {@code tool_calls} in a chunk of a chat stream. */
final class ToolCallDelta {
  private ToolCallDelta() {}

  /** What it calls: a function or a custom tool. */
  static JsonNode called(JsonNode delta) {
    return delta.path("custom").isObject() ? delta.path("custom") : delta.path("function");
  }

  /**
   * Whether it begins another call under the index of the one with that id: some servers give all
   * calls the index 0, each whole, others every fragment an id of its own, but no name.
   */
  static boolean beginsAnother(String id, JsonNode delta) {
    String other = Fields.textOrEmpty(delta, "id");
    return !id.isEmpty()
        && !other.isEmpty()
        && !other.equals(id)
        && !Fields.textOrEmpty(called(delta), "name").isEmpty();
  }
}
