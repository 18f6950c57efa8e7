package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.Tool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes requests and answers of the chat completions API. */
final class ChatWriter {
  /** What a schema without a name is called; chat has to have one. */
  static final String SCHEMA_NAME = "response";

  private static final long LOW_BUDGET = 4096;
  private static final long MEDIUM_BUDGET = 16384;

  private final boolean isForeign;
  private final Losses losses = new Losses();

  private ChatWriter(Protocol from) {
    this.isForeign = from != Protocol.CHAT;
  }

  static Dialect.Encoded request(ModelRequest request) {
    ChatWriter writer = new ChatWriter(request.protocol());
    return new Dialect.Encoded(writer.write(request), writer.losses.names());
  }

  static Dialect.Encoded response(ModelResponse response) {
    ChatWriter writer = new ChatWriter(response.protocol());
    return new Dialect.Encoded(writer.write(response), writer.losses.names());
  }

  private ObjectNode write(ModelRequest request) {
    ObjectNode body = Json.object().put("model", request.model());
    body.set("messages", new ChatMessages(isForeign, losses).write(request.messages()));
    ArrayNode tools = tools(request.tools());
    if (!tools.isEmpty()) {
      body.set("tools", tools);
    }
    if (!isForeign || !tools.isEmpty()) {
      request.toolChoice().ifPresent(it -> toolChoice(body, it));
      request.parallelToolCalls().ifPresent(it -> body.put("parallel_tool_calls", it));
    } else if (request.toolChoice().filter(ToolChoice::isCall).isPresent()) {
      losses.add("tool_choice");
    }
    Sampling sampling = request.sampling();
    sampling.maxTokens().ifPresent(it -> body.put("max_completion_tokens", it));
    sampling.temperature().ifPresent(it -> body.put("temperature", it));
    sampling.topP().ifPresent(it -> body.put("top_p", it));
    if (!sampling.stop().isEmpty()) {
      ArrayNode stop = body.putArray("stop");
      sampling.stop().forEach(stop::add);
    }
    request.responseFormat().ifPresent(it -> format(body, it));
    effort(body, request);
    if (request.stream()) {
      body.put("stream", true);
      if (isForeign) {
        body.putObject("stream_options").put("include_usage", true);
      }
    }
    request.user().ifPresent(it -> body.put("user", it));
    if (isForeign) {
      losses.addAll("", request.extra());
    } else {
      Fields.putAll(body, request.extra());
    }
    return body;
  }

  private ArrayNode tools(List<Tool> tools) {
    ArrayNode array = Json.array();
    for (int i = 0; i < tools.size(); i++) {
      ObjectNode definition = tools.get(i).definition();
      if (!isForeign) {
        array.add(definition);
      } else if (definition.path("function").isObject()) {
        ObjectNode function = array.addObject().put("type", "function");
        function.set("function", definition.path("function"));
        losses.addAll("tools[" + i + "].", Fields.unnamed(definition, Set.of("type", "function")));
      } else {
        losses.add("tools[" + i + "]:" + definition.path("type").asString("unknown"));
      }
    }
    return array;
  }

  private void toolChoice(ObjectNode body, ToolChoice choice) {
    switch (choice) {
      case ToolChoice.Auto _ -> body.put("tool_choice", "auto");
      case ToolChoice.None _ -> body.put("tool_choice", "none");
      case ToolChoice.Required _ -> body.put("tool_choice", "required");
      case ToolChoice.Named(String name) -> {
        ObjectNode named = body.putObject("tool_choice").put("type", "function");
        named.putObject("function").put("name", name);
      }
      case ToolChoice.Unknown(JsonNode json) -> putOwn(body, "tool_choice", json);
    }
  }

  private void format(ObjectNode body, ResponseFormat format) {
    switch (format) {
      case ResponseFormat.JsonObject _ ->
          body.putObject("response_format").put("type", "json_object");
      case ResponseFormat.JsonSchema it -> {
        ObjectNode node = body.putObject("response_format").put("type", "json_schema");
        ObjectNode schema = node.putObject("json_schema");
        schema.put("name", it.name().orElse(SCHEMA_NAME));
        it.description().ifPresent(text -> schema.put("description", text));
        schema.set("schema", it.schema());
        it.strict().ifPresent(strict -> schema.put("strict", strict));
      }
      case ResponseFormat.Unknown(JsonNode json) -> putOwn(body, "response_format", json);
    }
  }

  private void effort(ObjectNode body, ModelRequest request) {
    request.effort().ifPresent(it -> body.put("reasoning_effort", it));
    if (request.thinking().isEmpty()) {
      return;
    }
    switch (request.thinking().get()) {
      case Thinking.Disabled _ -> body.put("reasoning_effort", "none");
      case Thinking.Adaptive _ -> losses.add("thinking:adaptive");
      case Thinking.Budget(long tokens) -> {
        losses.add("thinking.budget_tokens");
        if (request.effort().isEmpty()) {
          body.put("reasoning_effort", effortOf(tokens));
        }
      }
      case Thinking.Unknown _ -> losses.add("thinking");
    }
  }

  private static String effortOf(long budget) {
    if (budget < LOW_BUDGET) {
      return "low";
    }
    return budget < MEDIUM_BUDGET ? "medium" : "high";
  }

  private void putOwn(ObjectNode body, String field, JsonNode json) {
    if (isForeign) {
      losses.add(field + ":" + json.path("type").asString("unknown"));
    } else {
      body.set(field, json);
    }
  }

  private ObjectNode write(ModelResponse response) {
    ObjectNode body = Json.object().put("id", response.id()).put("object", "chat.completion");
    body.put("created", response.created().orElse(0L));
    body.put("model", response.model());
    ArrayNode choices = body.putArray("choices");
    ChatMessages messages = new ChatMessages(isForeign, losses);
    for (int i = 0; i < response.choices().size(); i++) {
      ModelResponse.Choice choice = response.choices().get(i);
      String path = "choices[" + i + "]";
      ObjectNode node = choices.addObject().put("index", i);
      node.set("message", messages.assistant(choice.message(), path + ".message", true));
      node.putNull("logprobs");
      node.put("finish_reason", choice.finishReason().orElse(null));
      Map<String, JsonNode> rest = new LinkedHashMap<>(choice.extra());
      JsonNode stopReason = rest.remove(Keys.STOP_REASON);
      if (stopReason != null) {
        losses.add(path + ".stop_reason:" + stopReason.asString(""));
      }
      if (isForeign) {
        losses.addAll(path + ".", rest);
      } else {
        Fields.putAll(node, rest);
      }
    }
    response.usage().ifPresent(it -> body.set("usage", it.encode(Protocol.CHAT)));
    if (isForeign) {
      losses.addAll("", response.extra());
    } else {
      Fields.putAll(body, response.extra());
    }
    return body;
  }
}
