package dev.treadle.curation;

import dev.treadle.curation.Dialogue.Call;
import dev.treadle.curation.Dialogue.Turn;
import dev.treadle.transcript.Json;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * ms-swift: calls and results are messages of their own, in the roles tool_call and tool_response,
 * which every version reads. The preprocessor keeps role, content and loss alone, so that {@link
 * Thinking#KEY} is written inline. It joins an assistant message and the calls after it, and takes
 * {@code loss} from the first: calls that are context get an empty message in front.
 */
final class MsSwiftRows {
  private MsSwiftRows() {}

  static ObjectNode row(Dialogue dialogue, RenderOptions options, Set<Loss> losses) {
    ObjectNode row = Json.object();
    ArrayNode messages = row.putArray("messages");
    for (Turn turn : dialogue.turns()) {
      String text = turn.content().plainText();
      switch (turn) {
        case Turn.Instructions _ -> messages.addObject().put("role", "system").put("content", text);
        case Turn.Question _ -> question(messages, text, losses);
        case Turn.Answer answer -> answer(messages, answer, options.thinking(), losses);
      }
    }
    return row.put("tools", Fields.json(Fields.array(dialogue.tools())));
  }

  /** Between a result and the next answer there is no place for a user turn. */
  private static void question(ArrayNode messages, String text, Set<Loss> losses) {
    if (!Fields.joinToLast(messages, "role", "tool_response", "content", text, losses)) {
      messages.addObject().put("role", "user").put("content", text);
    }
  }

  private static void answer(
      ArrayNode messages, Turn.Answer answer, Thinking thinking, Set<Loss> losses) {
    Fields.countDropped(answer, thinking, losses);
    String reasoning = thinking == Thinking.DROP ? "" : answer.reasoning();
    String content = Fields.inline(reasoning) + answer.content().plainText();
    if (answer.calls().isEmpty() || !content.isEmpty() || !answer.train()) {
      messages
          .addObject()
          .put("role", "assistant")
          .put("content", content)
          .put("loss", answer.train());
    }
    for (Call call : answer.calls()) {
      ObjectNode written = Json.object().put("name", call.name());
      written.set("arguments", call.arguments().deepCopy());
      messages
          .addObject()
          .put("role", "tool_call")
          .put("content", Fields.json(written))
          .put("loss", answer.train());
    }
    for (Call call : answer.calls()) {
      call.result()
          .ifPresent(
              result ->
                  messages
                      .addObject()
                      .put("role", "tool_response")
                      .put("content", result.plainText()));
    }
  }
}
