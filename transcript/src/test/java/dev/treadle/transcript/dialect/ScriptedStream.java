package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Cuts a whole answer into the events that it might have been streamed as. */
final class ScriptedStream {
  private final Random random;
  private final List<SseEvent> events = new ArrayList<>();

  private ScriptedStream(Random random) {
    this.random = random;
  }

  static List<SseEvent> of(Protocol protocol, ObjectNode body, long seed) {
    ScriptedStream stream = new ScriptedStream(new Random(seed));
    if (protocol == Protocol.CHAT) {
      stream.chat(body);
    } else {
      stream.messages(body);
    }
    return stream.events;
  }

  private void chat(ObjectNode body) {
    JsonNode message = body.path("choices").path(0).path("message");
    ObjectNode first = Json.object().put("role", "assistant");
    first.set("content", message.path("content").isNull() ? message.path("content") : text(""));
    first.putNull("refusal");
    chunk(body, first, null);
    for (String piece : pieces(message.path("reasoning_content").asString(""))) {
      chunk(body, Json.object().put("reasoning_content", piece), null);
    }
    if (message.has("thinking_blocks")) {
      ObjectNode delta = Json.object();
      delta.set("thinking_blocks", message.get("thinking_blocks"));
      chunk(body, delta, null);
    }
    for (String piece : pieces(message.path("content").asString(""))) {
      chunk(body, Json.object().put("content", piece), null);
    }
    calls(body, message.path("tool_calls"));
    chunk(body, Json.object(), body.path("choices").path(0).path("finish_reason").asString());
    ObjectNode last = Json.object().put("object", "chat.completion.chunk");
    for (String field : List.of("id", "created", "model", "usage")) {
      last.set(field, body.get(field));
    }
    last.putArray("choices");
    events.add(SseEvent.of("", last));
    events.add(SseEvent.of("", "[DONE]"));
  }

  private static JsonNode text(String text) {
    return Json.array().add(text).get(0);
  }

  /** Calls begin in their order; their fragments come in any. */
  private void calls(ObjectNode body, JsonNode calls) {
    List<List<String>> waiting = new ArrayList<>();
    for (JsonNode call : calls) {
      ObjectNode delta = Json.object();
      ObjectNode first = delta.putArray("tool_calls").addObject().put("index", waiting.size());
      first.set("id", call.get("id"));
      first.put("type", "function").putObject("function").set("name", call.at("/function/name"));
      ((ObjectNode) first.get("function")).put("arguments", "");
      chunk(body, delta, null);
      waiting.add(pieces(call.at("/function/arguments").asString()));
      while (random.nextInt(3) > 0) {
        fragment(body, waiting);
      }
    }
    while (waiting.stream().anyMatch(it -> !it.isEmpty())) {
      fragment(body, waiting);
    }
  }

  private void fragment(ObjectNode body, List<List<String>> waiting) {
    int index = random.nextInt(waiting.size());
    if (!waiting.get(index).isEmpty()) {
      ObjectNode delta = Json.object();
      delta
          .putArray("tool_calls")
          .addObject()
          .put("index", index)
          .putObject("function")
          .put("arguments", waiting.get(index).removeFirst());
      chunk(body, delta, null);
    }
  }

  private void chunk(ObjectNode body, ObjectNode delta, @Nullable String finishReason) {
    ObjectNode chunk = Json.object().put("object", "chat.completion.chunk");
    for (String field : List.of("id", "created", "model")) {
      chunk.set(field, body.get(field));
    }
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").put("finish_reason", finishReason);
    chunk.putNull("usage");
    events.add(SseEvent.of("", chunk));
  }

  private void messages(ObjectNode body) {
    ObjectNode message = Json.object();
    message.setAll(body);
    message.putArray("content");
    message.putNull("stop_reason");
    message.putObject("usage").set("input_tokens", body.at("/usage/input_tokens"));
    ObjectNode start = Json.object().put("type", "message_start");
    start.set("message", message);
    send(start);
    send(Json.object().put("type", "ping"));
    int index = 0;
    for (JsonNode block : body.path("content")) {
      block(index++, block);
    }
    ObjectNode end = Json.object().put("type", "message_delta");
    end.putObject("delta").putNull("stop_sequence").set("stop_reason", body.get("stop_reason"));
    end.set("usage", body.get("usage"));
    send(end);
    send(Json.object().put("type", "message_stop"));
  }

  private void block(int index, JsonNode block) {
    ObjectNode start = Json.object();
    start.setAll((ObjectNode) block);
    List<ObjectNode> deltas = new ArrayList<>();
    switch (block.path("type").asString()) {
      case "text" -> grow(block, start, "text", "text_delta", "text", deltas);
      case "thinking" -> {
        grow(block, start, "thinking", "thinking_delta", "thinking", deltas);
        grow(block, start, "signature", "signature_delta", "signature", deltas);
      }
      case "tool_use" -> {
        start.putObject("input");
        for (String piece : pieces(block.path("input").toString())) {
          deltas.add(Json.object().put("type", "input_json_delta").put("partial_json", piece));
        }
      }
      default -> throw new IllegalStateException("no script for " + block);
    }
    ObjectNode opened = Json.object().put("type", "content_block_start").put("index", index);
    opened.set("content_block", start);
    send(opened);
    for (ObjectNode delta : deltas) {
      ObjectNode event = Json.object().put("type", "content_block_delta").put("index", index);
      event.set("delta", delta);
      send(event);
    }
    send(Json.object().put("type", "content_block_stop").put("index", index));
  }

  private void grow(
      JsonNode block,
      ObjectNode start,
      String field,
      String type,
      String deltaField,
      List<ObjectNode> deltas) {
    start.put(field, "");
    for (String piece : pieces(block.path(field).asString())) {
      deltas.add(Json.object().put("type", type).put(deltaField, piece));
    }
  }

  private void send(ObjectNode event) {
    events.add(SseEvent.of(event.path("type").asString(), event));
  }

  private List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int end = Math.min(text.length(), at + 1 + random.nextInt(4));
      pieces.add(text.substring(at, end));
      at = end;
    }
    return pieces;
  }
}
