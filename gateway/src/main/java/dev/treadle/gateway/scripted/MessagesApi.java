package dev.treadle.gateway.scripted;

import dev.treadle.gateway.scripted.Asked.Offer;
import dev.treadle.transcript.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's messages. */
record MessagesApi() implements ModelApi {

  @Override
  public Asked asked(ObjectNode body, Received request) throws BadRequest {
    if (request.header("anthropic-version").isEmpty()) {
      throw new BadRequest("", "anthropic-version: header is required");
    }
    if (body.path("max_tokens").intValue(0) < 1) {
      throw new BadRequest("max_tokens", "max_tokens: Field required");
    }
    return counted(body, request);
  }

  /** As for an answer, but without what only an answer needs. */
  Asked counted(ObjectNode body, Received request) throws BadRequest {
    String user = "";
    Optional<String> result = Optional.empty();
    int turn = 1;
    Set<String> open = new LinkedHashSet<>();
    for (JsonNode message : ModelApi.list(body, "messages")) {
      String role = ModelApi.text(message, "role");
      List<JsonNode> blocks = ModelApi.items(message.path("content"));
      result = Optional.empty();
      switch (role) {
        case "user" -> {
          result = results(blocks, open);
          String words = ModelApi.words(message.path("content"));
          user = words.isEmpty() ? user : words;
        }
        case "assistant" -> {
          turn++;
          calls(blocks, open);
        }
        default ->
            throw new BadRequest(
                "messages", "messages: role must be user or assistant, got " + role);
      }
    }
    if (!open.isEmpty()) {
      throw unanswered(open);
    }
    return asked(body, request, user, result, turn);
  }

  /** The results in a user's message: all that are due, and before anything else. */
  private static Optional<String> results(List<JsonNode> blocks, Set<String> open)
      throws BadRequest {
    boolean isDue = !open.isEmpty();
    boolean isText = false;
    Optional<String> result = Optional.empty();
    for (JsonNode block : blocks) {
      if (!block.path("type").asString("").equals("tool_result")) {
        isText = true;
      } else if ((isText && isDue) || !open.remove(ModelApi.text(block, "tool_use_id"))) {
        throw new BadRequest(
            "messages",
            "messages: unexpected tool_result: it must come first and answer a tool_use");
      } else {
        result = Optional.of(ModelApi.words(block.path("content")));
      }
    }
    if (!open.isEmpty()) {
      throw unanswered(open);
    }
    return isText ? Optional.empty() : result;
  }

  private static void calls(List<JsonNode> blocks, Set<String> open) throws BadRequest {
    for (JsonNode block : blocks) {
      if (block.path("type").asString("").equals("tool_use")) {
        open.add(ModelApi.text(block, "id"));
        if (!block.path("input").isObject()) {
          throw new BadRequest("messages", "messages: tool_use.input: Input should be an object");
        }
      }
    }
  }

  private static BadRequest unanswered(Set<String> open) {
    return new BadRequest(
        "messages", "messages: tool_use without tool_result: " + String.join(", ", open));
  }

  private static Asked asked(
      ObjectNode body, Received request, String user, Optional<String> result, int turn)
      throws BadRequest {
    List<Offer> tools = new ArrayList<>();
    for (JsonNode tool : ModelApi.items(body.path("tools"))) {
      tools.add(new Offer(ModelApi.text(tool, "name"), tool.path("input_schema")));
    }
    JsonNode schema = body.path("output_config").path("format").path("schema");
    return new Asked(
        ModelApi.model(body),
        body.path("stream").booleanValue(false),
        false,
        false,
        user,
        result,
        turn,
        tools,
        forced(body.path("tool_choice"), tools),
        schema.isObject() ? Optional.of(schema) : Optional.empty(),
        1,
        ModelApi.tokens(request.size()));
  }

  private static Optional<Offer> forced(JsonNode choice, List<Offer> tools) throws BadRequest {
    String type = choice.path("type").asString("auto");
    if (!type.equals("any") && !type.equals("tool")) {
      return Optional.empty();
    }
    String name = choice.path("name").asString("");
    Optional<Offer> forced =
        tools.stream().filter(it -> type.equals("any") || it.name().equals(name)).findFirst();
    if (forced.isEmpty()) {
      throw new BadRequest("tool_choice", "tool_choice: no such tool: " + name);
    }
    return forced;
  }

  @Override
  public ObjectNode body(Reply reply) {
    ObjectNode body = head(reply);
    ArrayNode content = body.putArray("content");
    blocks(reply).forEach(it -> content.add(it.whole()));
    stop(reply, body);
    body.set("usage", usage(reply.usage(), reply.usage().output()));
    return body;
  }

  private static ObjectNode head(Reply reply) {
    return Json.object()
        .put("id", "msg_" + reply.number())
        .put("type", "message")
        .put("role", "assistant")
        .put("model", reply.asked().model());
  }

  private static void stop(Reply reply, ObjectNode in) {
    String reason =
        switch (reply.finish()) {
          case "stop" -> "end_turn";
          case "length" -> "max_tokens";
          case "tool_calls" -> "tool_use";
          case "content_filter" -> "refusal";
          default -> reply.finish();
        };
    in.put("stop_reason", reason).putNull("stop_sequence");
  }

  private static ObjectNode usage(Answer.Usage usage, long output) {
    return Json.object()
        .put("input_tokens", usage.input() - usage.cached() - usage.cacheWrite())
        .put("cache_creation_input_tokens", usage.cacheWrite())
        .put("cache_read_input_tokens", usage.cached())
        .put("output_tokens", output);
  }

  /**
   * A content block, whole and in pieces.
   *
   * @param start as it stands in content_block_start
   */
  private record Block(ObjectNode whole, ObjectNode start, List<ObjectNode> deltas) {
    boolean isCall() {
      return start.path("type").asString("").equals("tool_use");
    }
  }

  private static List<Block> blocks(Reply reply) {
    Answer answer = reply.answer();
    List<Block> blocks = new ArrayList<>();
    if (!answer.reasoning().isEmpty()) {
      blocks.add(thinking(reply));
    }
    String text = answer.text() + answer.refusal().orElse("");
    if (!text.isEmpty()) {
      List<ObjectNode> deltas =
          reply.pieces(text).stream().map(it -> delta("text_delta", "text", it)).toList();
      blocks.add(new Block(typed("text").put("text", text), typed("text").put("text", ""), deltas));
    }
    for (int i = 0; i < answer.toolCalls().size(); i++) {
      blocks.add(call(reply, i));
    }
    return blocks;
  }

  private static Block thinking(Reply reply) {
    String thoughts = reply.answer().reasoning();
    List<ObjectNode> deltas = new ArrayList<>();
    for (String piece : reply.pieces(thoughts)) {
      deltas.add(delta("thinking_delta", "thinking", piece));
    }
    String signature = signature(thoughts);
    deltas.add(delta("signature_delta", "signature", signature));
    return new Block(
        typed("thinking").put("thinking", thoughts).put("signature", signature),
        typed("thinking").put("thinking", "").put("signature", ""),
        deltas);
  }

  /** Stands for the vendor's: follows from the thoughts, so that a changed one can be told. */
  static String signature(String thoughts) {
    return Base64.getEncoder()
        .encodeToString(("signed:" + thoughts.hashCode()).getBytes(StandardCharsets.UTF_8));
  }

  private static Block call(Reply reply, int index) {
    Answer.Call call = reply.answer().toolCalls().get(index);
    ObjectNode start =
        typed("tool_use")
            .put("id", "toolu_" + reply.number() + "_" + index)
            .put("name", call.name());
    ObjectNode whole = start.deepCopy();
    whole.set("input", call.arguments());
    start.putObject("input");
    List<ObjectNode> deltas = new ArrayList<>();
    deltas.add(delta("input_json_delta", "partial_json", ""));
    for (String piece : reply.pieces(call.json())) {
      deltas.add(delta("input_json_delta", "partial_json", piece));
    }
    return new Block(whole, start, deltas);
  }

  private static ObjectNode typed(String type) {
    return Json.object().put("type", type);
  }

  private static ObjectNode delta(String type, String field, String piece) {
    return typed(type).put(field, piece);
  }

  @Override
  public List<StreamEvent> events(Reply reply) {
    List<StreamEvent> events = new ArrayList<>();
    ObjectNode message = head(reply);
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    message.set("usage", usage(reply.usage(), 1));
    ObjectNode start = typed("message_start");
    start.set("message", message);
    events.add(StreamEvent.frame("message_start", start));
    int index = 0;
    for (Block block : blocks(reply)) {
      block(events, index++, block);
    }
    ObjectNode last = typed("message_delta");
    stop(reply, last.putObject("delta"));
    last.set("usage", usage(reply.usage(), reply.usage().output()));
    events.add(StreamEvent.frame("message_delta", last));
    events.add(StreamEvent.frame("message_stop", typed("message_stop")));
    return events;
  }

  private static void block(List<StreamEvent> events, int index, Block block) {
    ObjectNode start = typed("content_block_start").put("index", index);
    start.set("content_block", block.start());
    events.add(new StreamEvent("content_block_start", Json.write(start), block.isCall()));
    if (index == 0) {
      events.add(StreamEvent.frame("ping", typed("ping")));
    }
    for (ObjectNode delta : block.deltas()) {
      ObjectNode event = typed("content_block_delta").put("index", index);
      event.set("delta", delta);
      events.add(StreamEvent.content("content_block_delta", event));
    }
    events.add(
        StreamEvent.frame("content_block_stop", typed("content_block_stop").put("index", index)));
  }

  @Override
  public ObjectNode error(long number, int status, String message, String field) {
    ObjectNode body = typed("error");
    body.putObject("error").put("type", type(status)).put("message", message);
    return body.put("request_id", "req_" + number);
  }

  private static String type(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "billing_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 504 -> "timeout_error";
      case 529 -> "overloaded_error";
      default -> status >= 500 ? "api_error" : "invalid_request_error";
    };
  }

  @Override
  public StreamEvent errorEvent(long number, int status, String message, int sequence) {
    return StreamEvent.frame("error", error(number, status, message, ""));
  }

  @Override
  public String requestIdHeader() {
    return "request-id";
  }
}
