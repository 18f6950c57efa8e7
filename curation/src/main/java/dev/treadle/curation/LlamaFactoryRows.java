package dev.treadle.curation;

import dev.treadle.curation.Dialogue.Call;
import dev.treadle.curation.Dialogue.Turn;
import dev.treadle.transcript.Json;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * LLaMA-Factory, sharegpt formatting. Its loader wants {@code human | observation} at even places
 * and {@code gpt | function_call} at odd ones, and empties a row that breaks this. A {@code
 * function_call} is JSON and nothing else, but for a {@code <think>} block in front: what the model
 * said before a call goes in there, because a call without its reason teaches least. The loader
 * reads no reasoning key, so {@link Thinking#KEY} is written inline.
 */
final class LlamaFactoryRows {
  /** How LLaMA-Factory's own converter joins the results of parallel calls. */
  private static final String NEXT_RESULT = "\n</tool_response>\n<tool_response>\n";

  private LlamaFactoryRows() {}

  static ObjectNode row(Dialogue dialogue, RenderOptions options, Set<Loss> losses) {
    ObjectNode row = Json.object();
    ArrayNode conversation = row.putArray("conversations");
    String system = "";
    for (Turn turn : dialogue.turns()) {
      switch (turn) {
        case Turn.Instructions it -> system = it.content().plainText();
        case Turn.Question it -> question(conversation, it.content().plainText(), losses);
        case Turn.Answer it -> answer(conversation, it, options.thinking(), losses);
      }
    }
    return row.put("system", system).put("tools", tools(dialogue.tools()));
  }

  /** Between a result and the next answer there is no place for a user turn. */
  private static void question(ArrayNode conversation, String text, Set<Loss> losses) {
    if (!Fields.joinToLast(conversation, "from", "observation", "value", text, losses)) {
      add(conversation, "human", text);
    }
  }

  private static void answer(
      ArrayNode conversation, Turn.Answer answer, Thinking thinking, Set<Loss> losses) {
    Fields.countDropped(answer, thinking, losses);
    String text = answer.content().plainText();
    String reasoning = thinking == Thinking.DROP ? "" : answer.reasoning();
    if (answer.calls().isEmpty()) {
      add(conversation, "gpt", Fields.inline(reasoning) + text);
      return;
    }
    if (!text.isBlank()) {
      if (thinking == Thinking.DROP) {
        losses.add(Loss.TEXT_BEFORE_CALL_DROPPED);
      } else {
        losses.add(Loss.TEXT_BEFORE_CALL_AS_THINKING);
        reasoning = reasoning.isEmpty() ? text.strip() : reasoning + "\n\n" + text.strip();
      }
    }
    add(conversation, "function_call", Fields.inline(reasoning) + calls(answer.calls()));
    List<String> results =
        answer.calls().stream()
            .flatMap(it -> it.result().stream())
            .map(it -> it.plainText())
            .toList();
    if (!results.isEmpty()) {
      add(conversation, "observation", String.join(NEXT_RESULT, results));
    }
  }

  private static String calls(List<Call> calls) {
    List<ObjectNode> written = calls.stream().map(LlamaFactoryRows::call).toList();
    return Fields.json(written.size() == 1 ? written.getFirst() : Fields.array(written));
  }

  private static ObjectNode call(Call call) {
    ObjectNode written = Json.object().put("name", call.name());
    written.set("arguments", call.arguments().deepCopy());
    return written;
  }

  /** Its tool formatters read bare functions. An empty list would add an empty system block. */
  private static String tools(List<ObjectNode> tools) {
    List<JsonNode> functions = tools.stream().map(tool -> tool.path("function")).toList();
    return functions.isEmpty() ? "" : Fields.json(Fields.array(functions));
  }

  private static void add(ArrayNode conversation, String from, String value) {
    conversation.addObject().put("from", from).put("value", value);
  }
}
