package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Anthropic's thinking blocks, which have to come back byte for byte: in chat they travel as {@code
 * thinking_blocks} beside {@code reasoning_content}, as LiteLLM has it, so that a client that sends
 * its messages back sends the signatures back.
 */
final class ThinkingBlocks {
  /** Between the texts of two blocks. */
  static final String SEPARATOR = "\n\n";

  private ThinkingBlocks() {}

  static boolean isThinking(JsonNode block) {
    String type = block.path("type").asString("");
    return type.equals("thinking") || type.equals("redacted_thinking");
  }

  /** Whether Anthropic would take it back: unsigned thinking is another model's. */
  static boolean isReplayable(JsonNode block) {
    return isThinking(block)
        && (block.path("type").asString("").equals("redacted_thinking")
            || !Fields.textOrEmpty(block, "signature").isEmpty());
  }

  /** The texts of all blocks. */
  static Optional<String> text(JsonNode blocks) {
    StringBuilder joined = new StringBuilder();
    for (JsonNode block : blocks) {
      String text = Fields.textOrEmpty(block, "thinking");
      if (!text.isEmpty()) {
        joined.append(joined.isEmpty() ? "" : SEPARATOR).append(text);
      }
    }
    return joined.isEmpty() ? Optional.empty() : Optional.of(joined.toString());
  }

  /**
   * The blocks that a message can give Anthropic back. A client that gathers a stream by appending
   * has fragments, of which the last one carries the signature: they are joined.
   */
  static ArrayNode replayable(Message.Assistant message) {
    ArrayNode blocks = Json.array();
    StringBuilder before = new StringBuilder();
    for (JsonNode block : message.extra().getOrDefault(Keys.THINKING_BLOCKS, Json.array())) {
      if (isReplayable(block)) {
        blocks.add(before.isEmpty() ? block : prefixed(before, block));
        before.setLength(0);
      } else {
        before.append(Fields.textOrEmpty(block, "thinking"));
      }
    }
    return blocks;
  }

  private static JsonNode prefixed(StringBuilder before, JsonNode block) {
    if (!(block instanceof ObjectNode object) || !block.path("thinking").isString()) {
      return block;
    }
    ObjectNode whole = Json.object();
    whole.setAll(object);
    return whole.put("thinking", before + block.path("thinking").stringValue());
  }

  /** Thinking that nobody signed, for a client that only shows it. */
  static ObjectNode unsigned(String text) {
    return Json.object().put("type", "thinking").put("thinking", text).put("signature", "");
  }
}
