package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Content;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Tool;
import dev.treadle.transcript.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Reads requests and answers of the chat completions API. */
final class ChatReader {
  private static final Map<String, Predicate<JsonNode>> REQUEST =
      Map.ofEntries(
          Map.entry("model", JsonNode::isString),
          Map.entry("messages", JsonNode::isArray),
          Map.entry("tools", JsonNode::isArray),
          Map.entry("tool_choice", _ -> true),
          Map.entry("parallel_tool_calls", JsonNode::isBoolean),
          Map.entry("max_completion_tokens", Fields::isWhole),
          Map.entry("max_tokens", Fields::isWhole),
          Map.entry("temperature", Fields::isNumber),
          Map.entry("top_p", Fields::isNumber),
          Map.entry("stop", Fields::isTextOrArray),
          Map.entry("response_format", JsonNode::isObject),
          Map.entry("reasoning_effort", JsonNode::isString),
          Map.entry("stream", JsonNode::isBoolean),
          Map.entry("user", JsonNode::isString));
  private static final Set<String> RESPONSE =
      Set.of("id", "object", "created", "model", "choices", "usage");
  private static final Set<String> CHOICE = Set.of("index", "message", "finish_reason");
  private static final Set<String> MESSAGE = Set.of("role", "content");
  private static final Set<String> ASSISTANT =
      Set.of("role", "content", "reasoning_content", "reasoning", "tool_calls");
  private static final Set<String> RESULT = Set.of("role", "content", "tool_call_id", "is_error");
  private static final Set<String> CALL = Set.of("id", "type", "function", "custom");

  private ChatReader() {}

  static ModelRequest request(ObjectNode body) {
    String model = Fields.textOrEmpty(body, "model");
    JsonNode said = body.path("messages");
    if (!said.isArray()) {
      throw Fields.notARequest(Protocol.CHAT, "field messages: expected an array");
    }
    List<Message> messages = new ArrayList<>(said.size());
    for (JsonNode message : said) {
      if (!message.isObject()) {
        throw Fields.notARequest(
            Protocol.CHAT, "field messages[" + messages.size() + "]: expected an object");
      }
      messages.add(message(message));
    }
    List<Tool> tools = new ArrayList<>();
    for (JsonNode tool : body.path("tools")) {
      if (tool instanceof ObjectNode definition) {
        tools.add(new Tool(definition));
      }
    }
    return new ModelRequest(
        Protocol.CHAT,
        model,
        messages,
        tools,
        toolChoice(body.path("tool_choice")),
        Fields.flag(body, "parallel_tool_calls"),
        new Sampling(
            Fields.whole(body, "max_completion_tokens").or(() -> Fields.whole(body, "max_tokens")),
            Fields.number(body, "temperature"),
            Fields.number(body, "top_p"),
            texts(body.path("stop"))),
        format(body.path("response_format")),
        Fields.text(body, "reasoning_effort"),
        Optional.empty(),
        Fields.flag(body, "stream").orElse(false),
        Fields.text(body, "user"),
        Fields.unread(body, REQUEST));
  }

  static List<String> texts(JsonNode node) {
    if (node.isString()) {
      return List.of(node.stringValue());
    }
    List<String> texts = new ArrayList<>(node.size());
    for (JsonNode it : node) {
      if (it.isString()) {
        texts.add(it.stringValue());
      }
    }
    return texts;
  }

  static Optional<ToolChoice> toolChoice(JsonNode node) {
    if (Fields.isAbsent(node)) {
      return Optional.empty();
    }
    Optional<String> name = Fields.text(node.path("function"), "name");
    if (name.isPresent() && node.path("type").asString("").equals("function")) {
      return Optional.of(new ToolChoice.Named(name.get()));
    }
    return Optional.of(
        switch (node.asString("")) {
          case "auto" -> new ToolChoice.Auto();
          case "none" -> new ToolChoice.None();
          case "required" -> new ToolChoice.Required();
          default -> new ToolChoice.Unknown(node);
        });
  }

  private static Optional<ResponseFormat> format(JsonNode node) {
    if (!node.isObject()) {
      return Optional.empty();
    }
    return switch (node.path("type").asString("")) {
      case "text" -> Optional.empty();
      case "json_object" -> Optional.of(new ResponseFormat.JsonObject());
      case "json_schema" -> Optional.of(schema(node.path("json_schema"), node));
      default -> Optional.of(new ResponseFormat.Unknown(node));
    };
  }

  static ResponseFormat schema(JsonNode named, JsonNode format) {
    return named.has("schema")
        ? new ResponseFormat.JsonSchema(
            Fields.text(named, "name"),
            named.path("schema"),
            Fields.flag(named, "strict"),
            Fields.text(named, "description"))
        : new ResponseFormat.Unknown(format);
  }

  private static Message message(JsonNode node) {
    String role = Fields.textOrEmpty(node, "role");
    return switch (role) {
      case "assistant" -> assistant(node, Optional.empty());
      case "tool", "function" -> toolResult(node, role);
      default -> {
        PartList parts = new PartList().addAll(node.path("content"));
        Map<String, JsonNode> extra = Fields.unnamed(node, MESSAGE);
        parts.putFields(extra);
        boolean isSystem = role.equals("system") || role.equals("developer");
        if (!role.equals("system") && !role.equals("user")) {
          extra.put(Keys.ORIGINAL_ROLE, StringNode.valueOf(role));
        }
        Content content = parts.content();
        yield isSystem
            ? new Message.SystemPrompt(content, Optional.empty(), extra)
            : new Message.User(content, Optional.empty(), extra);
      }
    };
  }

  private static Message toolResult(JsonNode node, String role) {
    PartList parts = new PartList().addAll(node.path("content"));
    Map<String, JsonNode> extra = Fields.unnamed(node, RESULT);
    parts.putFields(extra);
    if (role.equals("function")) {
      extra.put(Keys.ORIGINAL_ROLE, StringNode.valueOf(role));
    }
    return new Message.ToolResult(
        Fields.textOrEmpty(node, "tool_call_id"),
        parts.content(),
        Fields.flag(node, "is_error").orElse(false),
        Optional.empty(),
        extra);
  }

  static Message.Assistant assistant(JsonNode node, Optional<String> model) {
    PartList parts = new PartList().addAll(node.path("content"));
    Map<String, JsonNode> extra = Fields.unnamed(node, ASSISTANT);
    parts.putFields(extra);
    if (Fields.isEmpty(node.path(Keys.REFUSAL))) {
      extra.remove(Keys.REFUSAL);
    }
    List<ToolCall> calls = new ArrayList<>();
    for (JsonNode call : node.path("tool_calls")) {
      calls.add(call(call));
    }
    Optional<String> reasoning =
        Fields.text(node, "reasoning_content")
            .or(() -> Fields.text(node, "reasoning"))
            .or(() -> ThinkingBlocks.text(node.path(Keys.THINKING_BLOCKS)))
            .filter(it -> !it.isEmpty());
    return new Message.Assistant(
        model, reasoning, parts.content(), calls, true, Optional.empty(), extra);
  }

  private static ToolCall call(JsonNode node) {
    Map<String, JsonNode> extra = Fields.unnamed(node, CALL);
    JsonNode custom = node.path("custom");
    if (custom.isObject()) {
      extra.put(Keys.CUSTOM, BooleanNode.TRUE);
    }
    JsonNode called = custom.isObject() ? custom : node.path("function");
    JsonNode arguments = called.path(custom.isObject() ? "input" : "arguments");
    return new ToolCall(
        Fields.textOrEmpty(node, "id"),
        Fields.textOrEmpty(called, "name"),
        arguments.isString() ? arguments.stringValue() : Arguments.text(arguments),
        extra);
  }

  static ModelResponse response(ObjectNode body) {
    JsonNode choices = body.path("choices");
    if (!choices.isArray()) {
      throw Fields.notAnAnswer(Protocol.CHAT, "field choices: expected an array");
    }
    String model = Fields.textOrEmpty(body, "model");
    Optional<String> answered = Optional.of(model).filter(it -> !it.isEmpty());
    List<ModelResponse.Choice> read = new ArrayList<>(choices.size());
    for (JsonNode choice : choices) {
      Map<String, JsonNode> extra = new LinkedHashMap<>(Fields.unnamed(choice, CHOICE));
      extra.values().removeIf(Fields::isAbsent);
      read.add(
          new ModelResponse.Choice(
              assistant(choice.path("message"), answered),
              Fields.text(choice, "finish_reason"),
              extra));
    }
    return new ModelResponse(
        Protocol.CHAT,
        Fields.textOrEmpty(body, "id"),
        model,
        Fields.whole(body, "created"),
        read,
        Usage.of(Protocol.CHAT, body),
        Fields.unnamed(body, RESPONSE));
  }

  /** A tool of function type in chat's form. */
  static ObjectNode function(JsonNode named, JsonNode parameters) {
    ObjectNode definition = Json.object().put("type", "function");
    ObjectNode function = definition.putObject("function");
    function.put("name", Fields.textOrEmpty(named, "name"));
    Fields.text(named, "description").ifPresent(it -> function.put("description", it));
    if (!Fields.isAbsent(parameters)) {
      function.set("parameters", parameters);
    }
    Fields.flag(named, "strict").ifPresent(it -> function.put("strict", it));
    return definition;
  }
}
