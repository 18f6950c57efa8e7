package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Message;
import dev.treadle.transcript.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Reads requests and answers of OpenAI's Responses API. */
final class ResponsesReader {
  private static final Map<String, Predicate<JsonNode>> REQUEST =
      Map.ofEntries(
          Map.entry("model", JsonNode::isString),
          Map.entry("input", Fields::isTextOrArray),
          Map.entry("instructions", JsonNode::isString),
          Map.entry("tools", JsonNode::isArray),
          Map.entry("tool_choice", _ -> true),
          Map.entry("parallel_tool_calls", JsonNode::isBoolean),
          Map.entry("max_output_tokens", Fields::isWhole),
          Map.entry("temperature", Fields::isNumber),
          Map.entry("top_p", Fields::isNumber),
          Map.entry("text", JsonNode::isObject),
          Map.entry("reasoning", JsonNode::isObject),
          Map.entry("stream", JsonNode::isBoolean),
          Map.entry("user", JsonNode::isString));
  private static final Set<String> RESPONSE =
      Set.of("id", "object", "created_at", "model", "output", "usage", "status");
  private static final Set<String> TOOL =
      Set.of("type", "name", "description", "parameters", "strict");

  private ResponsesReader() {}

  static ModelRequest request(ObjectNode body) {
    String model = Fields.textOrEmpty(body, "model");
    JsonNode input = body.path("input");
    boolean isElsewhere =
        input.isMissingNode()
            && (body.has("prompt") || body.has("previous_response_id") || body.has("conversation"));
    if (!input.isString() && !input.isArray() && !isElsewhere) {
      throw Fields.notARequest(
          Protocol.RESPONSES, "field input: expected a text or an array of items");
    }
    List<Message> messages = new ArrayList<>();
    Fields.text(body, "instructions").ifPresent(it -> messages.add(Message.system(it)));
    messages.addAll(ResponsesItems.ofInput(input));
    List<Tool> tools = new ArrayList<>();
    for (JsonNode tool : body.path("tools")) {
      if (tool instanceof ObjectNode definition) {
        tools.add(tool(definition));
      }
    }
    JsonNode text = body.path("text");
    JsonNode reasoning = body.path("reasoning");
    Map<String, JsonNode> extra = Fields.unread(body, REQUEST);
    Fields.unread(text, Map.of("format", JsonNode::isObject))
        .forEach((name, it) -> extra.put("text." + name, it));
    Fields.unread(reasoning, Map.of("effort", JsonNode::isString))
        .forEach((name, it) -> extra.put("reasoning." + name, it));
    return new ModelRequest(
        Protocol.RESPONSES,
        model,
        messages,
        tools,
        toolChoice(body.path("tool_choice")),
        Fields.flag(body, "parallel_tool_calls"),
        new Sampling(
            Fields.whole(body, "max_output_tokens"),
            Fields.number(body, "temperature"),
            Fields.number(body, "top_p"),
            List.of()),
        format(text.path("format")),
        Fields.text(reasoning, "effort"),
        Optional.empty(),
        Fields.flag(body, "stream").orElse(false),
        Fields.text(body, "user"),
        extra);
  }

  private static Tool tool(ObjectNode tool) {
    if (!tool.path("type").asString("").equals("function") || tool.has("function")) {
      return new Tool(tool);
    }
    ObjectNode definition = ChatReader.function(tool, tool.path("parameters"));
    Fields.putAll(definition, Fields.unnamed(tool, TOOL));
    return new Tool(definition);
  }

  private static Optional<ToolChoice> toolChoice(JsonNode node) {
    return node.path("type").asString("").equals("function") && node.path("name").isString()
        ? Optional.of(new ToolChoice.Named(node.path("name").stringValue()))
        : ChatReader.toolChoice(node);
  }

  private static Optional<ResponseFormat> format(JsonNode node) {
    if (!node.isObject()) {
      return Optional.empty();
    }
    return switch (node.path("type").asString("")) {
      case "text" -> Optional.empty();
      case "json_object" -> Optional.of(new ResponseFormat.JsonObject());
      case "json_schema" -> Optional.of(ChatReader.schema(node, node));
      default -> Optional.of(new ResponseFormat.Unknown(node));
    };
  }

  static ModelResponse response(ObjectNode body) {
    JsonNode output = body.path("output");
    if (!output.isArray()) {
      throw Fields.notAnAnswer(Protocol.RESPONSES, "field output: expected an array");
    }
    String model = Fields.textOrEmpty(body, "model");
    Message.Assistant message =
        ResponsesItems.ofOutput(output, Optional.of(model).filter(it -> !it.isEmpty()));
    Map<String, JsonNode> extra = new LinkedHashMap<>();
    Optional<String> status = Fields.text(body, "status");
    status
        .filter(it -> !it.equals("completed"))
        .ifPresent(it -> extra.put("status", StringNode.valueOf(it)));
    ModelResponse.Choice choice =
        new ModelResponse.Choice(message, finishReason(body, message), extra);
    return new ModelResponse(
        Protocol.RESPONSES,
        Fields.textOrEmpty(body, "id"),
        model,
        Fields.whole(body, "created_at"),
        List.of(choice),
        Usage.of(Protocol.RESPONSES, body),
        Fields.unnamed(body, RESPONSE));
  }

  private static Optional<String> finishReason(ObjectNode body, Message.Assistant message) {
    return switch (Fields.textOrEmpty(body, "status")) {
      case "completed" -> Optional.of(message.toolCalls().isEmpty() ? "stop" : "tool_calls");
      case "incomplete" ->
          Optional.of(
              Fields.textOrEmpty(body.path("incomplete_details"), "reason").equals("content_filter")
                  ? "content_filter"
                  : "length");
      default -> Optional.empty();
    };
  }
}
