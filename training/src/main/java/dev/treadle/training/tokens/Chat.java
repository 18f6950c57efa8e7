package dev.treadle.training.tokens;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A conversation in the form that chat templates are given.
 *
 * @param turns its messages, in order
 * @param tools what the model was offered, in OpenAI's form; JSON's null if nothing
 */
public record Chat(List<Turn> turns, JsonNode tools) implements ChatReading {
  /**
   * One message.
   *
   * @param message as templates read it
   * @param isTarget whether the model learns to say it
   */
  public record Turn(ObjectNode message, boolean isTarget) {}

  public Chat {
    turns = List.copyOf(turns);
  }
}
