package dev.treadle.curation;

import dev.treadle.curation.Dialogue.Call;
import dev.treadle.curation.Dialogue.Turn;
import dev.treadle.transcript.Json;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * TRL: arguments are objects, results name their tool, {@code tools} is JSON text (older {@code
 * datasets} cannot hold schemas of different shapes in one column). There is no flag that keeps an
 * answer from being learned.
 */
final class TrlRows {
  private TrlRows() {}

  static ObjectNode row(Dialogue dialogue, RenderOptions options, Set<Loss> losses) {
    ObjectNode row = Json.object();
    row.set("messages", messages(dialogue.turns(), options.thinking(), losses));
    return row.put("tools", Fields.json(Fields.array(dialogue.tools())));
  }

  static ArrayNode messages(List<Turn> turns, Thinking thinking, Set<Loss> losses) {
    ArrayNode messages = Json.array();
    for (Turn turn : turns) {
      String text = turn.content().plainText();
      switch (turn) {
        case Turn.Instructions _ -> messages.addObject().put("role", "system").put("content", text);
        case Turn.Question _ -> messages.addObject().put("role", "user").put("content", text);
        case Turn.Answer answer -> answer(messages, answer, thinking, losses);
      }
    }
    return messages;
  }

  private static void answer(
      ArrayNode messages, Turn.Answer answer, Thinking thinking, Set<Loss> losses) {
    ObjectNode message = messages.addObject().put("role", "assistant");
    Fields.reasoning(message, answer, thinking, losses);
    message.put("content", Fields.inline(answer, thinking) + answer.content().plainText());
    if (!answer.calls().isEmpty()) {
      ArrayNode calls = message.putArray("tool_calls");
      answer.calls().forEach(call -> call(calls.addObject(), call));
    }
    for (Call call : answer.calls()) {
      call.result()
          .ifPresent(
              result ->
                  messages
                      .addObject()
                      .put("role", "tool")
                      .put("name", call.name())
                      .put("content", result.plainText()));
    }
  }

  private static void call(ObjectNode written, Call call) {
    ObjectNode function = written.put("type", "function").putObject("function");
    function.put("name", call.name()).set("arguments", call.arguments().deepCopy());
  }
}
