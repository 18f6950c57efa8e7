package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns a stream of the Messages API into chunks of the chat completions API. */
final class MessagesToChat extends StreamTranslator {
  private final boolean includeUsage;
  private final long created;

  private String id = "";
  private String model = "";
  private final ObjectNode usage = Json.object();
  private final Map<Long, Block> blocks = new HashMap<>();
  private long calls;
  private boolean hasReasoning;
  private boolean isFinished;
  private boolean isClosed;

  /** A block that is open. */
  private static final class Block {
    final String type;
    final ObjectNode start;

    /** A tool call's number in chat. */
    long call = -1;

    /** Whether any of its arguments or thinking came in deltas. */
    boolean hasDeltas;

    final StringBuilder thinking = new StringBuilder();
    final StringBuilder signature = new StringBuilder();

    Block(String type, ObjectNode start) {
      this.type = type;
      this.start = start;
    }
  }

  MessagesToChat(boolean includeUsage, long created) {
    this.includeUsage = includeUsage;
    this.created = created;
  }

  @Override
  void read(String name, ObjectNode data) {
    String type = data.path("type").asString(name);
    long index = Fields.count(data, "index");
    switch (type) {
      case "message_start" -> start(data.path("message"));
      case "content_block_start" -> startBlock(index, data.path("content_block"));
      case "content_block_delta" -> delta(index, data.path("delta"));
      case "content_block_stop" -> stopBlock(index);
      case "message_delta" -> finish(data);
      case "message_stop" -> close();
      case "ping" -> {}
      case "error" -> emit(ApiError.decode(Protocol.MESSAGES, 0, data).event(Protocol.CHAT));
      default -> losses.add("event:" + type);
    }
  }

  private void start(JsonNode message) {
    id = Fields.textOrEmpty(message, "id");
    model = Fields.textOrEmpty(message, "model");
    MessagesAnswer.merge(usage, message.path("usage"));
    emit(Json.object().put("role", "assistant").put("content", ""));
    long index = 0;
    for (JsonNode block : message.path("content")) {
      startBlock(index++, block);
    }
  }

  private void startBlock(long index, JsonNode started) {
    String type = started.path("type").asString("unknown");
    Block block = new Block(type, started instanceof ObjectNode it ? it : Json.object());
    blocks.put(index, block);
    switch (type) {
      case "text" -> {
        text(Fields.textOrEmpty(started, "text"));
        lose(index, started, "type", "text");
      }
      case "thinking" -> {
        thinking(block, Fields.textOrEmpty(started, "thinking"));
        block.signature.append(Fields.textOrEmpty(started, "signature"));
      }
      case "redacted_thinking" -> thinkingBlock(block.start);
      case "tool_use" -> {
        block.call = calls++;
        lose(index, started, "type", "id", "name", "input");
        ObjectNode call = Json.object().put("index", block.call);
        call.put("id", Fields.textOrEmpty(started, "id")).put("type", "function");
        call.putObject("function")
            .put("name", Fields.textOrEmpty(started, "name"))
            .put("arguments", "");
        call(call);
      }
      default -> losses.add("content[" + index + "]:" + type);
    }
  }

  private void lose(long index, JsonNode block, String... named) {
    losses.addAll("content[" + index + "].", Fields.unnamed(block, Set.of(named)));
  }

  private void delta(long index, JsonNode delta) {
    Block block = blocks.get(index);
    String type = delta.path("type").asString("unknown");
    switch (type) {
      case "text_delta" -> text(Fields.textOrEmpty(delta, "text"));
      case "thinking_delta" -> {
        if (block != null) {
          thinking(block, Fields.textOrEmpty(delta, "thinking"));
        }
      }
      case "signature_delta" -> {
        if (block != null) {
          block.signature.append(Fields.textOrEmpty(delta, "signature"));
        }
      }
      case "input_json_delta" -> arguments(block, Fields.textOrEmpty(delta, "partial_json"));
      case "citations_delta" -> losses.add("content[" + index + "].citations");
      default -> losses.add("content[" + index + "].delta:" + type);
    }
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      emit(Json.object().put("content", text));
    }
  }

  private void thinking(Block block, String text) {
    if (text.isEmpty()) {
      return;
    }
    boolean isNext = hasReasoning && block.thinking.isEmpty();
    block.thinking.append(text);
    hasReasoning = true;
    emit(Json.object().put("reasoning_content", isNext ? ThinkingBlocks.SEPARATOR + text : text));
  }

  private void arguments(@Nullable Block block, String json) {
    if (block == null || block.call < 0 || json.isEmpty()) {
      return;
    }
    block.hasDeltas = true;
    ObjectNode call = Json.object().put("index", block.call);
    call.putObject("function").put("arguments", json);
    call(call);
  }

  private void call(ObjectNode call) {
    ObjectNode delta = Json.object();
    delta.putArray("tool_calls").add(call);
    emit(delta);
  }

  private void stopBlock(long index) {
    Block block = blocks.remove(index);
    if (block == null) {
      return;
    }
    if (block.call >= 0 && !block.hasDeltas) {
      arguments(block, Arguments.text(block.start.path("input")));
    } else if (block.type.equals("thinking") && !block.signature.isEmpty()) {
      thinkingBlock(
          Json.object()
              .put("type", "thinking")
              .put("thinking", block.thinking.toString())
              .put("signature", block.signature.toString()));
    }
  }

  /** A whole block at its end: clients append lists, and the signature must come back exact. */
  private void thinkingBlock(ObjectNode block) {
    ObjectNode delta = Json.object();
    delta.putArray(Keys.THINKING_BLOCKS).add(block);
    emit(delta);
  }

  private void finish(ObjectNode data) {
    MessagesAnswer.merge(usage, data.path("usage"));
    JsonNode delta = data.path("delta");
    losses.addAll("", Fields.unnamed(delta, Set.of("stop_reason")));
    losses.addAll("", Fields.unnamed(data, Set.of("type", "usage", "delta")));
    String reason = Fields.textOrEmpty(delta, "stop_reason");
    if (reason.isEmpty() || isFinished) {
      return;
    }
    if (!FinishReasons.isTold(reason)) {
      losses.add("stop_reason:" + reason);
    }
    isFinished = true;
    emit("", chunk(Json.object(), FinishReasons.toChat(reason)));
  }

  @Override
  void close() {
    if (!isFinished || isClosed) {
      return;
    }
    isClosed = true;
    if (includeUsage) {
      ObjectNode chunk = head();
      chunk.putArray("choices");
      Usage.of(Protocol.MESSAGES, Json.object().set("usage", usage))
          .ifPresent(it -> chunk.set("usage", it.encode(Protocol.CHAT)));
      emit("", chunk);
    }
    emit(SseEvent.of("", "[DONE]"));
  }

  private void emit(ObjectNode delta) {
    emit("", chunk(delta, null));
  }

  private ObjectNode chunk(ObjectNode delta, @Nullable String finishReason) {
    ObjectNode chunk = head();
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").put("finish_reason", finishReason);
    if (includeUsage) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private ObjectNode head() {
    return Json.object()
        .put("id", id)
        .put("object", "chat.completion.chunk")
        .put("created", created)
        .put("model", model);
  }
}
