package dev.treadle.curation;

import dev.treadle.curation.Dialogue.Call;
import dev.treadle.curation.Dialogue.Turn;
import dev.treadle.transcript.Json;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Axolotl, type chat_template with {@code message_field_training: train}. Arguments and each tool's
 * parameters are JSON texts, which it parses: columns of different shapes cannot be held otherwise.
 */
final class AxolotlRows {
  private AxolotlRows() {}

  static ObjectNode row(Dialogue dialogue, RenderOptions options, Set<Loss> losses) {
    ObjectNode row = Json.object();
    ArrayNode messages = row.putArray("messages");
    for (Turn turn : dialogue.turns()) {
      String text = turn.content().plainText();
      switch (turn) {
        case Turn.Instructions _ -> context(messages, "system").put("content", text);
        case Turn.Question _ -> context(messages, "user").put("content", text);
        case Turn.Answer answer -> answer(messages, answer, options.thinking(), losses);
      }
    }
    ArrayNode tools = row.putArray("tools");
    dialogue.tools().forEach(tool -> tools.add(withTextParameters(tool.deepCopy())));
    return row;
  }

  private static void answer(
      ArrayNode messages, Turn.Answer answer, Thinking thinking, Set<Loss> losses) {
    ObjectNode message = messages.addObject().put("role", "assistant").put("train", answer.train());
    Fields.reasoning(message, answer, thinking, losses);
    message.put("content", Fields.inline(answer, thinking) + answer.content().plainText());
    if (!answer.calls().isEmpty()) {
      message.set("tool_calls", Fields.array(answer.calls().stream().map(Fields::call).toList()));
    }
    for (Call call : answer.calls()) {
      call.result()
          .ifPresent(
              result ->
                  context(messages, "tool")
                      .put("tool_call_id", call.id())
                      .put("name", call.name())
                      .put("content", result.plainText()));
    }
  }

  private static ObjectNode context(ArrayNode messages, String role) {
    return messages.addObject().put("role", role).put("train", false);
  }

  private static ObjectNode withTextParameters(ObjectNode tool) {
    ObjectNode function = (ObjectNode) tool.path("function");
    function.put("parameters", Fields.json(function.path("parameters")));
    return tool;
  }
}
