package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Part;
import dev.treadle.transcript.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Gathers the items of the Responses API into messages: reasoning, text and calls of the model that
 * follow each other are one message.
 */
final class ResponsesItems {
  private static final Set<String> MESSAGE = Set.of("type", "role", "content", "id", "status");
  private static final Set<String> CALL =
      Set.of("type", "call_id", "name", "arguments", "input", "status");
  private static final Set<String> RESULT = Set.of("type", "call_id", "output", "status");

  private final Optional<String> model;

  /** Whether all of it is the model's. */
  private final boolean isAnswer;

  private final List<Message> messages = new ArrayList<>();

  private PartList parts = new PartList();
  private List<ToolCall> calls = new ArrayList<>();
  private StringBuilder reasoning = new StringBuilder();
  private Map<String, JsonNode> extra = new LinkedHashMap<>();
  private boolean isOpen;

  private ResponsesItems(Optional<String> model, boolean isAnswer) {
    this.model = model;
    this.isAnswer = isAnswer;
  }

  private ResponsesItems addAll(JsonNode input) {
    if (input.isString()) {
      messages.add(Message.user(input.stringValue()));
    }
    for (JsonNode item : input) {
      add(item);
    }
    return this;
  }

  /** The messages of a request's input. */
  static List<Message> ofInput(JsonNode input) {
    ResponsesItems items = new ResponsesItems(Optional.empty(), false).addAll(input);
    items.close();
    return items.messages;
  }

  /** An answer's output as one message of the model. */
  static Message.Assistant ofOutput(JsonNode output, Optional<String> model) {
    return new ResponsesItems(model, true).addAll(output).assistant();
  }

  private void add(JsonNode item) {
    String type = item.path("type").asString(item.has("role") ? "message" : "");
    switch (type) {
      case "message" -> message(item);
      case "reasoning" -> {
        isOpen = true;
        String text =
            joined(item.path(Fields.isEmpty(item.path("content")) ? "summary" : "content"));
        reasoning
            .append(reasoning.isEmpty() || text.isEmpty() ? "" : ThinkingBlocks.SEPARATOR)
            .append(text);
        ArrayNode kept =
            extra.get(Keys.REASONING_ITEMS) instanceof ArrayNode array ? array : Json.array();
        extra.put(Keys.REASONING_ITEMS, kept.add(item));
      }
      case "function_call" -> call(item, "arguments", false);
      case "custom_tool_call" -> call(item, "input", true);
      case "function_call_output", "custom_tool_call_output" -> result(item);
      default -> unknown(type, item);
    }
  }

  private void message(JsonNode item) {
    String role = Fields.textOrEmpty(item, "role");
    if (isAnswer || role.equals("assistant")) {
      isOpen = true;
      extra.putAll(Fields.unnamed(item, MESSAGE));
      content(item.path("content"), parts);
      return;
    }
    close();
    PartList said = new PartList();
    content(item.path("content"), said);
    Map<String, JsonNode> rest = Fields.unnamed(item, MESSAGE);
    said.putFields(rest);
    if (!role.equals("system") && !role.equals("user")) {
      rest.put(Keys.ORIGINAL_ROLE, StringNode.valueOf(role));
    }
    messages.add(
        role.equals("system") || role.equals("developer")
            ? new Message.SystemPrompt(said.content(), Optional.empty(), rest)
            : new Message.User(said.content(), Optional.empty(), rest));
  }

  private void content(JsonNode content, PartList into) {
    if (!content.isArray()) {
      into.addAll(content);
      return;
    }
    for (JsonNode part : content) {
      switch (part.path("type").asString("")) {
        case "input_text", "output_text", "summary_text", "reasoning_text" -> {
          Map<String, JsonNode> rest = Fields.unnamed(part, Set.of("type", "text"));
          rest.values().removeIf(Fields::isEmpty);
          into.add(new Part.Text(Fields.textOrEmpty(part, "text")), rest);
        }
        case "input_image" -> into.add(image(part));
        case "input_file" -> into.add(file(part));
        case "refusal" -> refusal(part, into);
        default -> into.add(part);
      }
    }
  }

  private void refusal(JsonNode part, PartList into) {
    if (into == parts) {
      extra.put(Keys.REFUSAL, part.path("refusal"));
    } else {
      into.add(part);
    }
  }

  private static JsonNode image(JsonNode part) {
    if (!part.path("image_url").isString()) {
      return part;
    }
    ObjectNode image = Json.object().put("type", "image_url");
    ObjectNode inner = image.putObject("image_url");
    inner.set("url", part.path("image_url"));
    Fields.text(part, "detail").ifPresent(it -> inner.put("detail", it));
    return image;
  }

  private static JsonNode file(JsonNode part) {
    if (!part.path("file_data").isString()) {
      return part;
    }
    ObjectNode file = Json.object().put("type", "file");
    Fields.putAll(file.putObject("file"), Fields.unnamed(part, Set.of("type")));
    return file;
  }

  private static String joined(JsonNode parts) {
    StringBuilder joined = new StringBuilder();
    for (JsonNode part : parts) {
      joined
          .append(joined.isEmpty() ? "" : ThinkingBlocks.SEPARATOR)
          .append(Fields.textOrEmpty(part, "text"));
    }
    return joined.toString();
  }

  private void call(JsonNode item, String field, boolean isCustom) {
    isOpen = true;
    Map<String, JsonNode> rest = Fields.unnamed(item, CALL);
    JsonNode id = rest.remove("id");
    if (id != null) {
      rest.put("item_id", id);
    }
    if (isCustom) {
      rest.put(Keys.CUSTOM, BooleanNode.TRUE);
    }
    calls.add(
        new ToolCall(
            Fields.textOrEmpty(item, "call_id"),
            Fields.textOrEmpty(item, "name"),
            Fields.textOrEmpty(item, field),
            rest));
  }

  private void result(JsonNode item) {
    if (isAnswer) {
      parts.add(new Part.Unknown(item), Map.of());
      return;
    }
    close();
    PartList output = new PartList();
    content(item.path("output"), output);
    Map<String, JsonNode> rest = Fields.unnamed(item, RESULT);
    output.putFields(rest);
    messages.add(
        new Message.ToolResult(
            Fields.textOrEmpty(item, "call_id"), output.content(), false, Optional.empty(), rest));
  }

  /** Calls of hosted tools are the model's, outputs and references somebody else's. */
  private void unknown(String type, JsonNode item) {
    boolean isOther =
        type.endsWith("_output") || type.endsWith("_response") || type.equals("item_reference");
    if (isOther && !isAnswer) {
      close();
      PartList said = new PartList();
      said.add(new Part.Unknown(item), Map.of());
      messages.add(new Message.User(said.content(), Optional.empty(), Map.of()));
    } else {
      isOpen = true;
      parts.add(new Part.Unknown(item), Map.of());
    }
  }

  private void close() {
    if (!isOpen) {
      return;
    }
    messages.add(assistant());
    parts = new PartList();
    calls = new ArrayList<>();
    reasoning = new StringBuilder();
    extra = new LinkedHashMap<>();
    isOpen = false;
  }

  private Message.Assistant assistant() {
    parts.putFields(extra);
    return new Message.Assistant(
        model,
        reasoning.isEmpty() ? Optional.empty() : Optional.of(reasoning.toString()),
        parts.content(),
        calls,
        true,
        Optional.empty(),
        extra);
  }
}
