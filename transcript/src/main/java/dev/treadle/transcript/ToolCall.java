package dev.treadle.transcript;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A call of a tool by the model.
 *
 * @param arguments JSON as a text, as in the OpenAI format
 */
public record ToolCall(String id, String name, String arguments, Map<String, JsonNode> extra) {
  public ToolCall {
    extra = Json.copy(extra);
  }

  public ToolCall(String id, String name, String arguments) {
    this(id, name, arguments, Map.of());
  }
}
