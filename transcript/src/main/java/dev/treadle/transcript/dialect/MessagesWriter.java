package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Tool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes requests and answers of Anthropic's Messages API. */
final class MessagesWriter {
  private static final double MAX_TEMPERATURE = 1;
  private static final Set<String> FUNCTION = Set.of("name", "description", "parameters", "strict");

  private final boolean isForeign;
  private final Losses losses = new Losses();

  private MessagesWriter(Protocol from) {
    this.isForeign = from != Protocol.MESSAGES;
  }

  static Dialect.Encoded request(ModelRequest request) {
    MessagesWriter writer = new MessagesWriter(request.protocol());
    return new Dialect.Encoded(writer.write(request), writer.losses.names());
  }

  static Dialect.Encoded response(ModelResponse response) {
    MessagesWriter writer = new MessagesWriter(response.protocol());
    return new Dialect.Encoded(writer.write(response), writer.losses.names());
  }

  private ObjectNode write(ModelRequest request) {
    ObjectNode body = Json.object().put("model", request.model());
    Sampling sampling = request.sampling();
    body.put("max_tokens", sampling.maxTokens().orElse(Dialect.DEFAULT_MAX_TOKENS));
    new MessagesTurns(isForeign, losses).write(body, request.messages());
    ArrayNode tools = tools(request.tools());
    if (!tools.isEmpty()) {
      body.set("tools", tools);
    }
    if (!isForeign || !tools.isEmpty()) {
      toolChoice(body, request);
    } else if (request.toolChoice().filter(ToolChoice::isCall).isPresent()) {
      losses.add("tool_choice");
    }
    sampling.temperature().ifPresent(it -> body.put("temperature", temperature(it)));
    sampling.topP().ifPresent(it -> body.put("top_p", it));
    if (!sampling.stop().isEmpty()) {
      ArrayNode stop = body.putArray("stop_sequences");
      sampling.stop().forEach(stop::add);
    }
    if (request.stream()) {
      body.put("stream", true);
    }
    if (isForeign) {
      foreignExtra(request.extra());
    } else {
      Fields.putAll(body, request.extra());
    }
    request.user().ifPresent(it -> within(body, "metadata").put("user_id", it));
    request.responseFormat().ifPresent(it -> format(body, it));
    request.effort().ifPresent(it -> effort(body, it));
    request.thinking().ifPresent(it -> body.set("thinking", thinking(it)));
    return body;
  }

  /** The object of that name, which extra fields may have opened; theirs is not written into. */
  private static ObjectNode within(ObjectNode body, String field) {
    ObjectNode copy = Json.object();
    if (body.path(field) instanceof ObjectNode before) {
      copy.setAll(before);
    }
    body.set(field, copy);
    return copy;
  }

  private double temperature(double wanted) {
    if (isForeign && wanted > MAX_TEMPERATURE) {
      losses.add("temperature:" + wanted);
      return MAX_TEMPERATURE;
    }
    return wanted;
  }

  /** Chat's fields that say what goes without saying are no loss. */
  private void foreignExtra(Map<String, JsonNode> extra) {
    Map<String, JsonNode> lost = new LinkedHashMap<>(extra);
    lost.remove("stream_options");
    lost.values().removeIf(it -> it.isBoolean() && !it.booleanValue());
    lost.values().removeIf(it -> it.isNumber() && it.asDouble(1) == 0);
    if (lost.getOrDefault("n", Json.object()).asInt(0) == 1) {
      lost.remove("n");
    }
    losses.addAll("", lost);
  }

  private ArrayNode tools(List<Tool> tools) {
    ArrayNode array = Json.array();
    for (int i = 0; i < tools.size(); i++) {
      ObjectNode definition = tools.get(i).definition();
      JsonNode function = definition.path("function");
      String place = "tools[" + i + "]";
      if (function.isObject()) {
        ObjectNode tool = tool(function);
        losses.addAll(place + ".function.", Fields.unnamed(function, FUNCTION));
        Map<String, JsonNode> rest = Fields.unnamed(definition, Set.of("type", "function"));
        if (isForeign) {
          JsonNode cache = rest.remove("cache_control");
          if (cache != null) {
            tool.set("cache_control", cache);
          }
          losses.addAll(place + ".", rest);
        } else {
          Fields.putAll(tool, rest);
        }
        array.add(tool);
      } else if (isForeign) {
        losses.add(place + ":" + definition.path("type").asString("unknown"));
      } else {
        array.add(definition);
      }
    }
    return array;
  }

  private static ObjectNode tool(JsonNode function) {
    ObjectNode tool = Json.object().put("name", Fields.textOrEmpty(function, "name"));
    Fields.text(function, "description").ifPresent(it -> tool.put("description", it));
    if (Fields.isAbsent(function.path("parameters"))) {
      tool.putObject("input_schema").put("type", "object").putObject("properties");
    } else {
      tool.set("input_schema", function.path("parameters"));
    }
    Fields.flag(function, "strict").ifPresent(it -> tool.put("strict", it));
    return tool;
  }

  private void toolChoice(ObjectNode body, ModelRequest request) {
    boolean isParallel = request.parallelToolCalls().orElse(true);
    if (request.toolChoice().isEmpty()) {
      if (!isParallel && !request.tools().isEmpty()) {
        body.putObject("tool_choice").put("type", "auto").put("disable_parallel_tool_use", true);
      }
      return;
    }
    ObjectNode choice = Json.object();
    switch (request.toolChoice().get()) {
      case ToolChoice.Auto _ -> choice.put("type", "auto");
      case ToolChoice.None _ -> choice.put("type", "none");
      case ToolChoice.Required _ -> choice.put("type", "any");
      case ToolChoice.Named(String name) -> choice.put("type", "tool").put("name", name);
      case ToolChoice.Unknown(JsonNode json) -> {
        if (isForeign) {
          losses.add("tool_choice:" + json.path("type").asString("unknown"));
        } else {
          body.set("tool_choice", json);
        }
        return;
      }
    }
    if (!(request.toolChoice().get() instanceof ToolChoice.None)) {
      request.parallelToolCalls().ifPresent(it -> choice.put("disable_parallel_tool_use", !it));
    }
    body.set("tool_choice", choice);
  }

  private void format(ObjectNode body, ResponseFormat format) {
    switch (format) {
      case ResponseFormat.JsonObject _ -> losses.add("response_format:json_object");
      case ResponseFormat.JsonSchema it -> {
        it.name()
            .filter(name -> !name.equals(ChatWriter.SCHEMA_NAME))
            .ifPresent(_ -> losses.add("response_format.json_schema.name"));
        it.description().ifPresent(_ -> losses.add("response_format.json_schema.description"));
        if (!it.strict().orElse(true)) {
          losses.add("response_format.json_schema.strict");
        }
        ObjectNode node = within(body, "output_config").putObject("format");
        node.put("type", "json_schema").set("schema", it.schema());
      }
      case ResponseFormat.Unknown(JsonNode json) -> {
        if (isForeign) {
          losses.add("response_format:" + json.path("type").asString("unknown"));
        } else {
          within(body, "output_config").set("format", json);
        }
      }
    }
  }

  private void effort(ObjectNode body, String effort) {
    switch (isForeign ? effort : "") {
      case "none" -> body.putObject("thinking").put("type", "disabled");
      case "minimal" -> {
        losses.add("reasoning_effort:minimal");
        within(body, "output_config").put("effort", "low");
      }
      default -> within(body, "output_config").put("effort", effort);
    }
  }

  private static JsonNode thinking(Thinking thinking) {
    return switch (thinking) {
      case Thinking.Disabled _ -> Json.object().put("type", "disabled");
      case Thinking.Adaptive _ -> Json.object().put("type", "adaptive");
      case Thinking.Budget(long tokens) ->
          Json.object().put("type", "enabled").put("budget_tokens", tokens);
      case Thinking.Unknown(JsonNode json) -> json;
    };
  }

  private ObjectNode write(ModelResponse response) {
    ObjectNode body = Json.object().put("id", response.id());
    body.put("type", "message").put("role", "assistant").put("model", response.model());
    ArrayNode content = body.putArray("content");
    body.putNull("stop_reason").putNull("stop_sequence");
    if (!response.choices().isEmpty()) {
      write(response.choices().getFirst(), content, body);
    }
    for (int i = 1; i < response.choices().size(); i++) {
      losses.add("choices[" + i + "]");
    }
    Usage none = new Usage(0, 0, 0, 0, 0);
    body.set("usage", response.usage().orElse(none).encode(Protocol.MESSAGES));
    if (isForeign) {
      losses.addAll("", response.extra());
    } else {
      Fields.putAll(body, response.extra());
    }
    return body;
  }

  private void write(ModelResponse.Choice choice, ArrayNode content, ObjectNode body) {
    String path = "choices[0]";
    MessagesTurns turns = new MessagesTurns(isForeign, losses);
    content.addAll(turns.assistant(choice.message(), path + ".message", true));
    Map<String, JsonNode> rest = new LinkedHashMap<>(choice.message().extra());
    rest.keySet().removeAll(Keys.HANDLED);
    losses.addAll(path + ".message.", rest);
    choice.finishReason().ifPresent(it -> body.put("stop_reason", stopReason(choice, it)));
    if (isForeign) {
      losses.addAll(path + ".", choice.extra());
      return;
    }
    for (String field : new String[] {"stop_reason", "stop_sequence"}) {
      JsonNode own = choice.extra().get(field);
      if (own != null) {
        body.set(field, own);
      }
    }
  }

  private String stopReason(ModelResponse.Choice choice, String finishReason) {
    Message.Assistant message = choice.message();
    return isForeign
        ? FinishReasons.toMessages(
            finishReason, !message.toolCalls().isEmpty(), message.extra().containsKey(Keys.REFUSAL))
        : FinishReasons.toMessages(finishReason);
  }
}
