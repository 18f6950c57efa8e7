package dev.treadle.curation;

import dev.treadle.curation.Dialogue.Call;
import dev.treadle.curation.Dialogue.Turn;
import dev.treadle.transcript.Json;
import java.util.Collection;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Fields that several formats write alike. */
final class Fields {
  private Fields() {}

  static ObjectNode message(String role) {
    return Json.object().put("role", role);
  }

  /** JSON as a text: such a column keeps its type when rows have different fields. */
  static String json(JsonNode node) {
    return Json.mapper().writeValueAsString(node);
  }

  static ArrayNode array(Collection<? extends JsonNode> nodes) {
    ArrayNode array = Json.array();
    nodes.forEach(node -> array.add(node.deepCopy()));
    return array;
  }

  /** A call in the OpenAI form with the arguments as JSON text. */
  static ObjectNode call(Call call) {
    ObjectNode written = Json.object().put("id", call.id()).put("type", "function");
    written.putObject("function").put("name", call.name()).put("arguments", json(call.arguments()));
    return written;
  }

  /** The reasoning to put before the content; empty where it goes elsewhere. */
  static String inline(Turn.Answer answer, Thinking thinking) {
    return thinking == Thinking.INLINE ? inline(answer.reasoning()) : "";
  }

  /** A closing tag inside would end the reasoning too early for every loader that cuts it out. */
  static String inline(String reasoning) {
    return reasoning.isEmpty()
        ? ""
        : "<think>\n" + reasoning.replace("</think>", "") + "\n</think>\n\n";
  }

  /** Writes {@code reasoning_content} where it is wanted, counts what is dropped. */
  static void reasoning(
      ObjectNode message, Turn.Answer answer, Thinking thinking, Set<Loss> losses) {
    countDropped(answer, thinking, losses);
    if (thinking == Thinking.KEY && !answer.reasoning().isEmpty()) {
      message.put("reasoning_content", answer.reasoning());
    }
  }

  static void countDropped(Turn.Answer answer, Thinking thinking, Set<Loss> losses) {
    if (thinking == Thinking.DROP && !answer.reasoning().isEmpty()) {
      losses.add(Loss.REASONING_DROPPED);
    }
  }

  /** Adds {@code text} to the last message if that is a tool's result; says whether it was. */
  static boolean joinToLast(
      ArrayNode messages, String roleKey, String role, String key, String text, Set<Loss> losses) {
    if (messages.isEmpty()
        || !(messages.get(messages.size() - 1) instanceof ObjectNode last)
        || !last.path(roleKey).asString("").equals(role)) {
      return false;
    }
    losses.add(Loss.USER_TURN_IN_RESULT);
    last.put(key, last.path(key).asString("") + "\n\n" + text);
    return true;
  }
}
