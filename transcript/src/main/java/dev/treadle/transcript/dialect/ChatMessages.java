package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Content;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.ToolCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Writes messages in chat's form. */
final class ChatMessages {
  private final boolean isForeign;
  private final Losses losses;

  /**
   * @param isForeign whether they were said in another wire API, whose own fields chat cannot have
   */
  ChatMessages(boolean isForeign, Losses losses) {
    this.isForeign = isForeign;
    this.losses = losses;
  }

  ArrayNode write(List<Message> messages) {
    ArrayNode array = Json.array();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      ObjectNode node = message(message, "messages[" + i + "]");
      if (!isForeign || message.content().isEmpty() || saysAnything(node)) {
        array.add(node);
      }
    }
    return array;
  }

  /** Whether losses left anything of a message; the result of a call is one in any case. */
  private static boolean saysAnything(ObjectNode node) {
    return node.has("tool_call_id")
        || !Fields.isEmpty(node.path("content"))
        || node.has("tool_calls")
        || node.has("reasoning_content");
  }

  private ObjectNode message(Message message, String path) {
    return switch (message) {
      case Message.SystemPrompt it -> said(it, path, "system");
      case Message.User it -> said(it, path, "user");
      case Message.Assistant it -> assistant(it, path, false);
      case Message.ToolResult it -> toolResult(it, path);
    };
  }

  private ObjectNode said(Message message, String path, String usual) {
    ObjectNode node = Json.object().put("role", role(message, path, usual));
    node.set("content", content(message, path));
    putExtra(node, message.extra(), path);
    return node;
  }

  private String role(Message message, String path, String usual) {
    String original =
        message.extra().getOrDefault(Keys.ORIGINAL_ROLE, StringNode.valueOf("")).asString("");
    if (original.isEmpty() || original.equals(usual)) {
      return usual;
    }
    if (isForeign && !original.equals("developer")) {
      losses.add(path + ".role:" + original);
      return usual;
    }
    return original;
  }

  private ObjectNode toolResult(Message.ToolResult result, String path) {
    ObjectNode node = Json.object().put("role", role(result, path, "tool"));
    node.put("tool_call_id", result.toolCallId());
    node.set("content", content(result, path));
    if (result.isError() && isForeign) {
      losses.add(path + ".is_error");
    } else if (result.isError()) {
      node.put("is_error", true);
    }
    putExtra(node, result.extra(), path);
    return node;
  }

  /**
   * @param isAnswer whether it stands in an answer, where content is one text
   */
  ObjectNode assistant(Message.Assistant message, String path, boolean isAnswer) {
    ObjectNode node = Json.object().put("role", "assistant");
    JsonNode refusal = message.extra().get(Keys.REFUSAL);
    boolean isSilent = !message.toolCalls().isEmpty() || refusal != null;
    JsonNode content = content(message, path);
    if (isForeign && isAnswer && content.isArray()) {
      content = StringNode.valueOf(joined(message.content()));
    }
    node.set("content", isSilent && Fields.isEmpty(content) ? null : content);
    if (refusal != null) {
      node.set(Keys.REFUSAL, refusal);
    } else if (isAnswer) {
      node.putNull(Keys.REFUSAL);
    }
    message.reasoning().ifPresent(it -> node.put("reasoning_content", it));
    JsonNode thinking = message.extra().get(Keys.THINKING_BLOCKS);
    if (thinking != null) {
      node.set(Keys.THINKING_BLOCKS, thinking);
    }
    if (isForeign && message.extra().containsKey(Keys.BLOCK_ORDER)) {
      losses.add(path + ".content:order");
    }
    if (!message.toolCalls().isEmpty()) {
      node.set("tool_calls", calls(message.toolCalls(), path));
    }
    putExtra(node, message.extra(), path);
    return node;
  }

  /** Blocks of one text follow each other without a gap. */
  private static String joined(Content content) {
    StringBuilder joined = new StringBuilder();
    if (content instanceof Content.Parts(List<Part> parts)) {
      for (Part part : parts) {
        if (part instanceof Part.Text(String text)) {
          joined.append(text);
        }
      }
    }
    return joined.toString();
  }

  private ArrayNode calls(List<ToolCall> calls, String path) {
    ArrayNode array = Json.array();
    for (int i = 0; i < calls.size(); i++) {
      ToolCall call = calls.get(i);
      boolean isCustom = call.extra().containsKey(Keys.CUSTOM);
      String type = isCustom ? "custom" : "function";
      ObjectNode node = array.addObject().put("id", call.id()).put("type", type);
      node.putObject(type)
          .put("name", call.name())
          .put(isCustom ? "input" : "arguments", call.arguments());
      Map<String, JsonNode> rest = new LinkedHashMap<>(call.extra());
      rest.remove(Keys.CUSTOM);
      put(node, rest, path + ".tool_calls[" + i + "].");
    }
    return array;
  }

  private void putExtra(ObjectNode node, Map<String, JsonNode> extra, String path) {
    Map<String, JsonNode> rest = new LinkedHashMap<>(extra);
    rest.keySet().removeAll(Keys.HANDLED);
    put(node, rest, path + ".");
  }

  private void put(ObjectNode node, Map<String, JsonNode> rest, String path) {
    if (isForeign) {
      losses.addAll(path, rest);
    } else {
      Fields.putAll(node, rest);
    }
  }

  private JsonNode content(Message message, String path) {
    JsonNode fields = message.extra().getOrDefault(Keys.PART_FIELDS, Json.object());
    return switch (message.content()) {
      case Content.Text(String text) when isForeign || fields.isEmpty() -> {
        lose(fields.path("0"), path + ".content.");
        yield StringNode.valueOf(text);
      }
      case Content.Text(String text) -> parts(message, List.of(new Part.Text(text)), fields, path);
      case Content.Parts(List<Part> parts) -> parts(message, parts, fields, path);
    };
  }

  private JsonNode parts(Message message, List<Part> parts, JsonNode fields, String path) {
    ArrayNode array = Json.array();
    for (int i = 0; i < parts.size(); i++) {
      String place = path + ".content[" + i + "]";
      JsonNode rest = fields.path(String.valueOf(i));
      Optional<ObjectNode> part = part(message, parts.get(i), place);
      if (part.isPresent()) {
        ObjectNode written = part.get();
        if (isForeign) {
          lose(rest, place + ".");
        } else {
          rest.forEachEntry(written::set);
        }
        array.add(written);
      }
    }
    if (isForeign && array.size() <= 1 && isText(array.path(0))) {
      return StringNode.valueOf(Fields.textOrEmpty(array.path(0), "text"));
    }
    return array;
  }

  private static boolean isText(JsonNode part) {
    return part.isMissingNode() || part.path("type").asString("").equals("text");
  }

  private Optional<ObjectNode> part(Message message, Part part, String place) {
    return switch (part) {
      case Part.Text(String text) -> Optional.of(text(text));
      case Part.Blob _ -> {
        losses.add(place + ":blob");
        yield Optional.empty();
      }
      case Part.Unknown(JsonNode json) -> {
        boolean isTool = message instanceof Message.ToolResult;
        if (json instanceof ObjectNode object && (!isForeign || (!isTool && Media.isChat(json)))) {
          ObjectNode copy = Json.object();
          yield Optional.of(copy.setAll(object));
        }
        losses.add(place + ":" + json.path("type").asString("unknown"));
        yield Media.plainText(json).map(ChatMessages::text);
      }
    };
  }

  private static ObjectNode text(String text) {
    return Json.object().put("type", "text").put("text", text);
  }

  private void lose(JsonNode fields, String path) {
    losses.addAll(path, Fields.unnamed(fields, Set.of()));
  }
}
