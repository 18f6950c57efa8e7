package dev.treadle.gateway.scripted;

import dev.treadle.gateway.scripted.Asked.Offer;
import dev.treadle.transcript.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's chat completions. */
record ChatApi() implements ModelApi {
  private static final Set<String> ROLES =
      Set.of("developer", "system", "user", "assistant", "tool", "function");
  private static final StreamEvent DONE =
      new StreamEvent("", "[DONE]".getBytes(StandardCharsets.US_ASCII), false);

  @Override
  public Asked asked(ObjectNode body, Received request) throws BadRequest {
    String user = "";
    Optional<String> result = Optional.empty();
    int turn = 1;
    Set<String> open = new HashSet<>();
    for (JsonNode message : ModelApi.list(body, "messages")) {
      String role = ModelApi.text(message, "role");
      if (!ROLES.contains(role)) {
        throw new BadRequest("messages", "invalid role: " + role);
      }
      if (role.equals("tool")) {
        if (!open.remove(ModelApi.text(message, "tool_call_id"))) {
          throw new BadRequest(
              "messages", "a message with role 'tool' must answer a preceding tool call");
        }
      } else if (!open.isEmpty()) {
        throw unanswered(open);
      }
      if (role.equals("assistant")) {
        turn++;
        for (JsonNode call : ModelApi.items(message.path("tool_calls"))) {
          open.add(ModelApi.text(call, "id"));
        }
      }
      String words = ModelApi.words(message.path("content"));
      result = role.equals("tool") ? Optional.of(words) : Optional.empty();
      user = role.equals("user") && !words.isEmpty() ? words : user;
    }
    if (!open.isEmpty()) {
      throw unanswered(open);
    }
    return asked(body, request, user, result, turn);
  }

  private static BadRequest unanswered(Set<String> open) {
    return new BadRequest("messages", "tool calls without an answer: " + String.join(", ", open));
  }

  private static Asked asked(
      ObjectNode body, Received request, String user, Optional<String> result, int turn)
      throws BadRequest {
    boolean isStream = body.path("stream").booleanValue(false);
    JsonNode options = body.path("stream_options");
    if (options.isObject() && !isStream) {
      throw new BadRequest(
          "stream_options", "the 'stream_options' parameter is only allowed with 'stream'");
    }
    List<Offer> tools = new ArrayList<>();
    for (JsonNode tool : ModelApi.items(body.path("tools"))) {
      JsonNode function = tool.path("function");
      if (function.isObject()) {
        tools.add(new Offer(ModelApi.text(function, "name"), function.path("parameters")));
      }
    }
    JsonNode format = body.path("response_format");
    return new Asked(
        ModelApi.model(body),
        isStream,
        options.path("include_usage").booleanValue(false),
        options.path("include_obfuscation").booleanValue(true),
        user,
        result,
        turn,
        tools,
        forced(body.path("tool_choice"), tools),
        switch (format.path("type").asString("")) {
          case "json_schema" -> Optional.of(format.path("json_schema").path("schema"));
          case "json_object" -> Optional.of(Json.object().put("type", "object"));
          default -> Optional.empty();
        },
        body.path("n").intValue(1),
        ModelApi.tokens(request.size()));
  }

  private static Optional<Offer> forced(JsonNode choice, List<Offer> tools) throws BadRequest {
    String name = choice.path("function").path("name").asString("");
    boolean isAny = choice.asString("").equals("required");
    if (name.isEmpty() && !isAny) {
      return Optional.empty();
    }
    Optional<Offer> forced =
        tools.stream().filter(it -> isAny || it.name().equals(name)).findFirst();
    if (forced.isEmpty()) {
      throw new BadRequest("tool_choice", "tool_choice names no tool that is offered: " + name);
    }
    return forced;
  }

  @Override
  public ObjectNode body(Reply reply) {
    ObjectNode body = head(reply, "chat.completion");
    ArrayNode choices = body.putArray("choices");
    for (int index = 0; index < reply.asked().choices(); index++) {
      ObjectNode choice = choices.addObject().put("index", index);
      choice.set("message", message(reply));
      choice.putNull("logprobs").put("finish_reason", finish(reply));
    }
    body.set("usage", usage(reply.usage()));
    return body;
  }

  private static ObjectNode head(Reply reply, String object) {
    return Json.object()
        .put("id", "chatcmpl-" + reply.number())
        .put("object", object)
        .put("created", reply.created())
        .put("model", reply.asked().model());
  }

  private static ObjectNode message(Reply reply) {
    Answer answer = reply.answer();
    ObjectNode message = Json.object().put("role", "assistant");
    if (answer.text().isEmpty()) {
      message.putNull("content");
    } else {
      message.put("content", answer.text());
    }
    message.put("refusal", answer.refusal().orElse(null));
    if (!answer.reasoning().isEmpty()) {
      message.put("reasoning_content", answer.reasoning());
    }
    if (!answer.toolCalls().isEmpty()) {
      ArrayNode calls = message.putArray("tool_calls");
      for (int i = 0; i < answer.toolCalls().size(); i++) {
        calls.add(call(reply, i, answer.toolCalls().get(i).json()));
      }
    }
    return message;
  }

  private static ObjectNode call(Reply reply, int index, String arguments) {
    ObjectNode call =
        Json.object().put("id", "call_" + reply.number() + "_" + index).put("type", "function");
    call.putObject("function")
        .put("name", reply.answer().toolCalls().get(index).name())
        .put("arguments", arguments);
    return call;
  }

  private static String finish(Reply reply) {
    String finish = reply.finish();
    return finish.equals("refusal") ? "stop" : finish;
  }

  private static ObjectNode usage(Answer.Usage usage) {
    ObjectNode node =
        Json.object()
            .put("prompt_tokens", usage.input())
            .put("completion_tokens", usage.output())
            .put("total_tokens", usage.total());
    node.putObject("prompt_tokens_details")
        .put("cached_tokens", usage.cached())
        .put("cache_write_tokens", usage.cacheWrite())
        .put("audio_tokens", 0);
    node.putObject("completion_tokens_details")
        .put("reasoning_tokens", usage.reasoning())
        .put("audio_tokens", 0)
        .put("accepted_prediction_tokens", 0)
        .put("rejected_prediction_tokens", 0);
    return node;
  }

  @Override
  public List<StreamEvent> events(Reply reply) {
    List<StreamEvent> events = new ArrayList<>();
    ObjectNode role = Json.object().put("role", "assistant").put("content", "");
    each(reply, events, role.putNull("refusal"), false);
    for (ObjectNode delta : deltas(reply)) {
      each(reply, events, delta, true);
    }
    for (int index = 0; index < reply.asked().choices(); index++) {
      events.add(
          StreamEvent.frame("", chunk(reply, index, Json.object(), Optional.of(finish(reply)))));
    }
    if (reply.asked().usageChunk()) {
      ObjectNode last = head(reply, "chat.completion.chunk");
      last.putArray("choices");
      last.set("usage", usage(reply.usage()));
      events.add(StreamEvent.frame("", obfuscated(reply, last)));
    }
    events.add(DONE);
    return events;
  }

  private static void each(
      Reply reply, List<StreamEvent> events, ObjectNode delta, boolean isContent) {
    for (int index = 0; index < reply.asked().choices(); index++) {
      ObjectNode chunk = chunk(reply, index, delta, Optional.empty());
      events.add(new StreamEvent("", Json.write(obfuscated(reply, chunk)), isContent));
    }
  }

  private static List<ObjectNode> deltas(Reply reply) {
    Answer answer = reply.answer();
    List<ObjectNode> deltas = new ArrayList<>();
    for (String piece : reply.pieces(answer.reasoning())) {
      deltas.add(Json.object().put("reasoning_content", piece));
    }
    for (String piece : reply.pieces(answer.text())) {
      deltas.add(Json.object().put("content", piece));
    }
    for (String piece : reply.pieces(answer.refusal().orElse(""))) {
      deltas.add(Json.object().put("refusal", piece));
    }
    List<List<String>> arguments = new ArrayList<>();
    for (int i = 0; i < answer.toolCalls().size(); i++) {
      arguments.add(reply.pieces(answer.toolCalls().get(i).json()));
      ObjectNode first = call(reply, i, "");
      deltas.add(toolDelta(Json.object().put("index", i).setAll(first)));
    }
    int longest = arguments.stream().mapToInt(List::size).max().orElse(0);
    for (int part = 0; part < longest; part++) {
      for (int i = 0; i < arguments.size(); i++) {
        if (part < arguments.get(i).size()) {
          ObjectNode fragment = Json.object().put("index", i);
          fragment.putObject("function").put("arguments", arguments.get(i).get(part));
          deltas.add(toolDelta(fragment));
        }
      }
    }
    return deltas;
  }

  private static ObjectNode toolDelta(ObjectNode call) {
    ObjectNode delta = Json.object();
    delta.putArray("tool_calls").add(call);
    return delta;
  }

  private static ObjectNode chunk(
      Reply reply, int index, ObjectNode delta, Optional<String> finish) {
    ObjectNode chunk = head(reply, "chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
    choice.set("delta", delta);
    choice.putNull("logprobs").put("finish_reason", finish.orElse(null));
    if (reply.asked().usageChunk()) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private static ObjectNode obfuscated(Reply reply, ObjectNode chunk) {
    return reply.asked().obfuscated()
        ? chunk.put("obfuscation", ModelApi.obfuscation(chunk.toString().length()))
        : chunk;
  }

  @Override
  public ObjectNode error(long number, int status, String message, String field) {
    return openAiError(status, message, field);
  }

  /** An error as all of OpenAI's APIs say it. */
  static ObjectNode openAiError(int status, String message, String field) {
    ObjectNode body = Json.object();
    ObjectNode error = body.putObject("error").put("message", message).put("type", type(status));
    error.put("param", field.isEmpty() ? null : field).put("code", code(status));
    return body;
  }

  private static String type(int status) {
    return switch (status) {
      case 429 -> "requests";
      case 401, 403, 404, 400 -> "invalid_request_error";
      default -> status >= 500 ? "server_error" : "invalid_request_error";
    };
  }

  static String code(int status) {
    return switch (status) {
      case 401 -> "invalid_api_key";
      case 404 -> "model_not_found";
      case 429 -> "rate_limit_exceeded";
      case 529 -> "overloaded";
      default -> status >= 500 ? "server_error" : "invalid_value";
    };
  }

  @Override
  public StreamEvent errorEvent(long number, int status, String message, int sequence) {
    return StreamEvent.frame("", error(number, status, message, ""));
  }

  @Override
  public String requestIdHeader() {
    return "x-request-id";
  }
}
