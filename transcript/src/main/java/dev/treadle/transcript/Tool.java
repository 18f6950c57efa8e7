package dev.treadle.transcript;

import tools.jackson.databind.node.ObjectNode;

/**
 * A tool that the model was offered.
 *
 * @param definition in the OpenAI form {@code
 *     {"type":"function","function":{"name","description","parameters"}}}
 */
public record Tool(ObjectNode definition) {
  /** The name by which it is called; empty if the definition has none. */
  public String name() {
    return definition.path("function").path("name").asString("");
  }
}
