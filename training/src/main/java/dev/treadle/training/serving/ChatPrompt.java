package dev.treadle.training.serving;

import dev.treadle.training.template.ChatTemplate;
import dev.treadle.training.tokens.Chat;
import dev.treadle.transcript.Json;
import java.time.LocalDateTime;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * A conversation as the text that a model goes on with, and how its answer is to be read.
 *
 * @param hasThinking whether the template's family writes thinking as {@code <think>…</think>}
 * @param isThinking whether the prompt has begun it
 * @param hasCalls whether tools are offered and the family writes calls as {@code <tool_call>}
 */
public record ChatPrompt(String text, boolean hasThinking, boolean isThinking, boolean hasCalls) {
  /**
   * Renders a conversation, with the model's turn begun.
   *
   * @param variables what else the template may ask for, such as {@code enable_thinking}
   * @throws dev.treadle.transcript.TreadleException if the template refuses the conversation
   */
  public static ChatPrompt of(
      ChatTemplate template, Chat chat, Map<String, JsonNode> variables, LocalDateTime now) {
    ArrayNode messages = Json.array();
    chat.turns().forEach(it -> messages.add(it.message()));
    String text = template.render(messages, chat.tools(), true, variables, now);
    return new ChatPrompt(
        text,
        template.mentions("</think>"),
        text.stripTrailing().endsWith("<think>"),
        template.mentions("<tool_call>") && chat.tools().isArray());
  }

  /** A reader for one answer. */
  public AnswerReader reader() {
    return new AnswerReader(hasThinking, isThinking, hasCalls);
  }
}
