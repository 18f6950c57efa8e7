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
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Reads requests and answers of Anthropic's Messages API. */
final class MessagesReader {
  private static final Map<String, Predicate<JsonNode>> REQUEST =
      Map.ofEntries(
          Map.entry("model", JsonNode::isString),
          Map.entry("messages", JsonNode::isArray),
          Map.entry("system", Fields::isTextOrArray),
          Map.entry("tools", JsonNode::isArray),
          Map.entry("tool_choice", JsonNode::isObject),
          Map.entry("max_tokens", Fields::isWhole),
          Map.entry("temperature", Fields::isNumber),
          Map.entry("top_p", Fields::isNumber),
          Map.entry("stop_sequences", Fields::isTextOrArray),
          Map.entry("output_config", JsonNode::isObject),
          Map.entry("thinking", JsonNode::isObject),
          Map.entry("stream", JsonNode::isBoolean),
          Map.entry("metadata", JsonNode::isObject));
  private static final Map<String, Predicate<JsonNode>> OUTPUT =
      Map.of("effort", JsonNode::isString, "format", JsonNode::isObject);
  private static final Map<String, Predicate<JsonNode>> METADATA =
      Map.of("user_id", JsonNode::isString);
  private static final Set<String> RESPONSE =
      Set.of("id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage");
  private static final Set<String> MESSAGE = Set.of("role", "content");
  private static final Set<String> RESULT = Set.of("type", "tool_use_id", "content", "is_error");
  private static final Set<String> CALL = Set.of("type", "id", "name", "input");
  private static final Set<String> TOOL =
      Set.of("name", "description", "input_schema", "strict", "type");

  private MessagesReader() {}

  static ModelRequest request(ObjectNode body) {
    String model = Fields.textOrEmpty(body, "model");
    JsonNode said = body.path("messages");
    if (!said.isArray()) {
      throw Fields.notARequest(Protocol.MESSAGES, "field messages: expected an array");
    }
    List<Message> messages = new ArrayList<>(said.size() + 1);
    if (!Fields.isEmpty(body.path("system"))) {
      messages.add(plain("system", body.path("system"), new LinkedHashMap<>()));
    }
    int index = 0;
    for (JsonNode message : said) {
      if (!message.isObject()) {
        throw Fields.notARequest(
            Protocol.MESSAGES, "field messages[" + index + "]: expected an object");
      }
      readTurn(message, messages);
      index++;
    }
    JsonNode output = body.path("output_config");
    JsonNode choice = body.path("tool_choice");
    return new ModelRequest(
        Protocol.MESSAGES,
        model,
        messages,
        tools(body.path("tools")),
        toolChoice(choice),
        Fields.flag(choice, "disable_parallel_tool_use").map(it -> !it),
        new Sampling(
            Fields.whole(body, "max_tokens"),
            Fields.number(body, "temperature"),
            Fields.number(body, "top_p"),
            ChatReader.texts(body.path("stop_sequences"))),
        format(output.path("format")),
        Fields.text(output, "effort"),
        thinking(body.path("thinking")),
        Fields.flag(body, "stream").orElse(false),
        Fields.text(body.path("metadata"), "user_id"),
        extra(body));
  }

  /** Unnamed fields, and what two named objects say besides. */
  private static Map<String, JsonNode> extra(ObjectNode body) {
    Map<String, JsonNode> extra = Fields.unread(body, REQUEST);
    putRest(extra, "output_config", body.path("output_config"), OUTPUT);
    putRest(extra, "metadata", body.path("metadata"), METADATA);
    return extra;
  }

  private static void putRest(
      Map<String, JsonNode> extra,
      String field,
      JsonNode node,
      Map<String, Predicate<JsonNode>> named) {
    Map<String, JsonNode> rest = Fields.unread(node, named);
    if (!rest.isEmpty()) {
      ObjectNode kept = Json.object();
      Fields.putAll(kept, rest);
      extra.put(field, kept);
    }
  }

  private static List<Tool> tools(JsonNode array) {
    List<Tool> tools = new ArrayList<>(array.size());
    for (JsonNode tool : array) {
      String type = tool.path("type").asString("custom");
      if (type.equals("custom") && tool.path("name").isString()) {
        ObjectNode definition = ChatReader.function(tool, tool.path("input_schema"));
        Fields.putAll(definition, Fields.unnamed(tool, TOOL));
        tools.add(new Tool(definition));
      } else if (tool instanceof ObjectNode definition) {
        tools.add(new Tool(definition));
      }
    }
    return tools;
  }

  private static Optional<ToolChoice> toolChoice(JsonNode node) {
    if (!node.isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (node.path("type").asString("")) {
          case "auto" -> new ToolChoice.Auto();
          case "none" -> new ToolChoice.None();
          case "any" -> new ToolChoice.Required();
          case "tool" -> new ToolChoice.Named(Fields.textOrEmpty(node, "name"));
          default -> new ToolChoice.Unknown(node);
        });
  }

  private static Optional<ResponseFormat> format(JsonNode node) {
    if (!node.isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        node.path("type").asString("").equals("json_schema")
            ? ChatReader.schema(node, node)
            : new ResponseFormat.Unknown(node));
  }

  private static Optional<Thinking> thinking(JsonNode node) {
    if (!node.isObject()) {
      return Optional.empty();
    }
    Optional<Long> budget = Fields.whole(node, "budget_tokens");
    return Optional.of(
        switch (node.path("type").asString("")) {
          case "disabled" -> new Thinking.Disabled();
          case "adaptive" ->
              node.size() == 1 ? new Thinking.Adaptive() : new Thinking.Unknown(node);
          case "enabled" ->
              budget.isPresent() && node.size() == 2
                  ? new Thinking.Budget(budget.get())
                  : new Thinking.Unknown(node);
          default -> new Thinking.Unknown(node);
        });
  }

  private static void readTurn(JsonNode turn, List<Message> messages) {
    String role = Fields.textOrEmpty(turn, "role");
    Map<String, JsonNode> extra = Fields.unnamed(turn, MESSAGE);
    JsonNode content = turn.path("content");
    if (role.equals("assistant")) {
      messages.add(assistant(content, Optional.empty(), extra));
    } else if (role.equals("user") && content.isArray()) {
      readUser(content, extra, messages);
    } else {
      messages.add(plain(role, content, extra));
    }
  }

  private static Message plain(String role, JsonNode content, Map<String, JsonNode> extra) {
    PartList parts = new PartList().addAll(content);
    parts.putFields(extra);
    if (role.equals("system")) {
      return new Message.SystemPrompt(parts.content(), Optional.empty(), extra);
    }
    if (!role.equals("user")) {
      extra.put(Keys.ORIGINAL_ROLE, StringNode.valueOf(role));
    }
    return new Message.User(parts.content(), Optional.empty(), extra);
  }

  /**
   * A user turn holds the results of tools and what the user said; each is a message of its own.
   */
  private static void readUser(
      JsonNode blocks, Map<String, JsonNode> extra, List<Message> messages) {
    PartList parts = new PartList();
    int before = messages.size();
    for (JsonNode block : blocks) {
      if (block.path("type").asString("").equals("tool_result")) {
        if (!parts.isEmpty()) {
          messages.add(user(parts, new LinkedHashMap<>()));
          parts = new PartList();
        }
        messages.add(toolResult(block));
      } else {
        parts.add(block);
      }
    }
    if (!parts.isEmpty() || messages.size() == before || !extra.isEmpty()) {
      messages.add(user(parts, extra));
    }
  }

  private static Message user(PartList parts, Map<String, JsonNode> extra) {
    parts.putFields(extra);
    return new Message.User(parts.content(), Optional.empty(), extra);
  }

  private static Message toolResult(JsonNode block) {
    PartList parts = new PartList().addAll(block.path("content"));
    Map<String, JsonNode> extra = Fields.unnamed(block, RESULT);
    parts.putFields(extra);
    return new Message.ToolResult(
        Fields.textOrEmpty(block, "tool_use_id"),
        parts.content(),
        Fields.flag(block, "is_error").orElse(false),
        Optional.empty(),
        extra);
  }

  /** Splits an assistant's blocks into thinking, content and calls. */
  private static Message.Assistant assistant(
      JsonNode content, Optional<String> model, Map<String, JsonNode> extra) {
    if (!content.isArray()) {
      Content said = new PartList().addAll(content).content();
      return new Message.Assistant(
          model, Optional.empty(), said, List.of(), true, Optional.empty(), extra);
    }
    PartList parts = new PartList();
    List<ToolCall> calls = new ArrayList<>();
    ArrayNode thoughts = Json.array();
    ArrayNode replayable = Json.array();
    BlockOrder order = new BlockOrder();
    for (JsonNode block : content) {
      String type = block.path("type").asString("");
      if (ThinkingBlocks.isThinking(block)) {
        thoughts.add(block);
        if (ThinkingBlocks.isReplayable(block)) {
          replayable.add(block);
          order.add(BlockOrder.THINKING);
        }
      } else if (type.equals("tool_use")) {
        calls.add(call(block));
        order.add(BlockOrder.CALL);
      } else {
        parts.add(block);
        order.add(BlockOrder.PART);
      }
    }
    parts.putFields(extra);
    if (!replayable.isEmpty()) {
      extra.put(Keys.THINKING_BLOCKS, replayable);
    }
    order.putInto(extra);
    return new Message.Assistant(
        model,
        ThinkingBlocks.text(thoughts),
        parts.content(),
        calls,
        true,
        Optional.empty(),
        extra);
  }

  private static ToolCall call(JsonNode block) {
    return new ToolCall(
        Fields.textOrEmpty(block, "id"),
        Fields.textOrEmpty(block, "name"),
        Arguments.text(block.path("input")),
        Fields.unnamed(block, CALL));
  }

  static ModelResponse response(ObjectNode body) {
    JsonNode content = body.path("content");
    if (!content.isArray()) {
      throw Fields.notAnAnswer(Protocol.MESSAGES, "field content: expected an array");
    }
    String model = Fields.textOrEmpty(body, "model");
    Optional<String> answered = Optional.of(model).filter(it -> !it.isEmpty());
    Optional<String> stop = Fields.text(body, "stop_reason");
    Map<String, JsonNode> extra = new LinkedHashMap<>();
    stop.filter(it -> !FinishReasons.isTold(it))
        .ifPresent(it -> extra.put(Keys.STOP_REASON, StringNode.valueOf(it)));
    Fields.text(body, "stop_sequence")
        .ifPresent(it -> extra.put("stop_sequence", StringNode.valueOf(it)));
    ModelResponse.Choice choice =
        new ModelResponse.Choice(
            assistant(content, answered, new LinkedHashMap<>()),
            stop.map(FinishReasons::toChat),
            extra);
    return new ModelResponse(
        Protocol.MESSAGES,
        Fields.textOrEmpty(body, "id"),
        model,
        Optional.empty(),
        List.of(choice),
        Usage.of(Protocol.MESSAGES, body),
        Fields.unnamed(body, RESPONSE));
  }
}
