package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Content;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Writes messages as the turns of the Messages API: system prompts go first, the results of tools
 * and what the user says after them make one turn.
 */
final class MessagesTurns {
  private final boolean isForeign;
  private final Losses losses;
  private final ArrayNode turns = Json.array();
  private final List<ObjectNode> system = new ArrayList<>();

  /** The blocks of a turn that began with results and is not over. */
  private List<ObjectNode> results = new ArrayList<>();

  MessagesTurns(boolean isForeign, Losses losses) {
    this.isForeign = isForeign;
    this.losses = losses;
  }

  void write(ObjectNode body, List<Message> messages) {
    boolean isHead = true;
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      isHead = isHead && message instanceof Message.SystemPrompt;
      message(message, "messages[" + i + "]", isHead);
    }
    closeResults(Map.of());
    if (!system.isEmpty()) {
      body.set("system", compact(system));
    }
    body.set("messages", turns);
  }

  private void message(Message message, String path, boolean isHead) {
    switch (message) {
      case Message.SystemPrompt it when isHead -> {
        system.addAll(parts(it, path));
        extra(it, path);
      }
      case Message.SystemPrompt it -> {
        losses.add(path + ".role:system");
        user(it, path);
      }
      case Message.User it -> user(it, path);
      case Message.Assistant it -> {
        List<ObjectNode> blocks = assistant(it, path, false);
        Map<String, JsonNode> extra = extra(it, path);
        if (isMeant(blocks, path)) {
          closeResults(Map.of());
          turn("assistant", blocks, extra);
        }
      }
      case Message.ToolResult it -> results.add(toolResult(it, path));
    }
  }

  private void user(Message message, String path) {
    String original =
        message.extra().getOrDefault(Keys.ORIGINAL_ROLE, StringNode.valueOf("")).asString("");
    List<ObjectNode> blocks = parts(message, path);
    Map<String, JsonNode> extra = extra(message, path);
    if (!original.isEmpty() && !original.equals("developer")) {
      if (!isForeign) {
        closeResults(Map.of());
        turn(original, blocks, extra);
        return;
      }
      losses.add(path + ".role:" + original);
    }
    if (!isMeant(blocks, path)) {
      return;
    }
    if (results.isEmpty()) {
      turn("user", blocks, extra);
    } else {
      results.addAll(blocks);
      closeResults(extra);
    }
  }

  /** Anthropic refuses turns that are empty, which in chat nobody minds. */
  private boolean isMeant(List<ObjectNode> blocks, String path) {
    if (isForeign && blocks.isEmpty()) {
      losses.add(path);
      return false;
    }
    return true;
  }

  private void closeResults(Map<String, JsonNode> extra) {
    if (!results.isEmpty()) {
      turn("user", results, extra);
      results = new ArrayList<>();
    }
  }

  private void turn(String role, List<ObjectNode> blocks, Map<String, JsonNode> extra) {
    ObjectNode turn = turns.addObject().put("role", role);
    turn.set("content", compact(blocks));
    Fields.putAll(turn, extra);
  }

  /** A text where there is one plain text alone or nothing. */
  private static JsonNode compact(List<ObjectNode> blocks) {
    if (blocks.isEmpty()) {
      return StringNode.valueOf("");
    }
    ObjectNode first = blocks.getFirst();
    if (blocks.size() == 1
        && first.size() == 2
        && first.path("type").asString("").equals("text")
        && first.path("text").isString()) {
      return first.path("text");
    }
    return Json.array().addAll(blocks);
  }

  private ObjectNode toolResult(Message.ToolResult result, String path) {
    ObjectNode block =
        Json.object().put("type", "tool_result").put("tool_use_id", result.toolCallId());
    block.set("content", compact(parts(result, path)));
    if (result.isError()) {
      block.put("is_error", true);
    }
    Fields.putAll(block, extra(result, path));
    return block;
  }

  /**
   * @param isAnswer whether it stands in an answer, whose thinking need not be signed
   */
  List<ObjectNode> assistant(Message.Assistant message, String path, boolean isAnswer) {
    ArrayNode replayable = ThinkingBlocks.replayable(message);
    List<ObjectNode> thinking = new ArrayList<>();
    for (JsonNode block : replayable) {
      if (block instanceof ObjectNode object) {
        thinking.add(object);
      }
    }
    String reasoning = message.reasoning().orElse("");
    if (thinking.isEmpty() && isAnswer && !reasoning.isEmpty()) {
      thinking.add(ThinkingBlocks.unsigned(reasoning));
    } else if (!reasoning.equals(ThinkingBlocks.text(replayable).orElse(""))) {
      losses.add(path + ".reasoning_content");
    }
    List<ObjectNode> parts = parts(message, path);
    JsonNode refusal = message.extra().get(Keys.REFUSAL);
    if (refusal != null && refusal.isString()) {
      parts.add(text(refusal.stringValue()));
    }
    return BlockOrder.arrange(message.extra(), thinking, parts, calls(message.toolCalls(), path));
  }

  private List<ObjectNode> calls(List<ToolCall> calls, String path) {
    List<ObjectNode> blocks = new ArrayList<>(calls.size());
    for (int i = 0; i < calls.size(); i++) {
      ToolCall call = calls.get(i);
      String place = path + ".tool_calls[" + i + "]";
      ObjectNode block = Json.object().put("type", "tool_use");
      block.put("id", call.id()).put("name", call.name());
      Optional<ObjectNode> input = Arguments.parse(call.arguments());
      if (input.isEmpty()) {
        losses.add(place + ".arguments");
      }
      block.set("input", input.orElseGet(() -> Arguments.wrap(call.arguments())));
      if (isForeign) {
        losses.addAll(place + ".", call.extra());
      } else {
        Fields.putAll(block, call.extra());
      }
      blocks.add(block);
    }
    return blocks;
  }

  private List<ObjectNode> parts(Message message, String path) {
    JsonNode fields = message.extra().getOrDefault(Keys.PART_FIELDS, Json.object());
    List<Part> parts =
        switch (message.content()) {
          case Content.Text(String text) ->
              text.isEmpty() && fields.isEmpty() ? List.of() : List.of(new Part.Text(text));
          case Content.Parts(List<Part> list) -> list;
        };
    List<ObjectNode> blocks = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      String place = path + ".content[" + i + "]";
      JsonNode rest = fields.path(String.valueOf(i));
      part(parts.get(i), place)
          .ifPresent(
              block -> {
                rest.forEachEntry(
                    (name, value) -> {
                      if (!isForeign || name.equals("cache_control")) {
                        block.set(name, value);
                      } else if (!Fields.isEmpty(value)) {
                        losses.add(place + "." + name);
                      }
                    });
                blocks.add(block);
              });
    }
    return blocks;
  }

  private Optional<ObjectNode> part(Part part, String place) {
    return switch (part) {
      case Part.Text(String text) -> Optional.of(text(text));
      case Part.Blob _ -> {
        losses.add(place + ":blob");
        yield Optional.empty();
      }
      case Part.Unknown(JsonNode json) -> {
        Map<String, JsonNode> lost = new LinkedHashMap<>();
        Optional<ObjectNode> block = Media.toMessages(json, lost);
        losses.addAll(place + ".", lost);
        if (block.isPresent()) {
          yield block;
        }
        if (!isForeign && json instanceof ObjectNode object) {
          ObjectNode copy = Json.object();
          yield Optional.of(copy.setAll(object));
        }
        losses.add(place + ":" + json.path("type").asString("unknown"));
        yield Optional.empty();
      }
    };
  }

  private static ObjectNode text(String text) {
    return Json.object().put("type", "text").put("text", text);
  }

  /** What the message carries besides, if this wire API may have it. */
  private Map<String, JsonNode> extra(Message message, String path) {
    Map<String, JsonNode> rest = new LinkedHashMap<>(message.extra());
    rest.keySet().removeAll(Keys.HANDLED);
    if (isForeign) {
      losses.addAll(path + ".", rest);
      return Map.of();
    }
    return rest;
  }
}
