package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns chunks of the chat completions API into a stream of the Messages API.
 *
 * <p>Messages has one open block at a time, chat may grow several calls in turns. So blocks queue
 * in the order of their first fragment: the first one is open and told at once, those behind it
 * gather what comes. Text and thinking end when anything else begins; a call ends when something
 * waits behind it and its arguments are a complete object, or when the answer is finished.
 */
final class ChatToMessages extends StreamTranslator {
  private static final Set<String> TOP =
      Set.of("id", "object", "created", "model", "choices", "usage", "obfuscation");
  private static final Set<String> CHOICE = Set.of("index", "delta", "finish_reason");

  private boolean isStarted;
  private boolean isClosed;
  private boolean isRefused;
  private String finishReason = "";
  private Usage usage = new Usage(0, 0, 0, 0, 0);
  private long nextIndex;
  private final Deque<ChatBlock> queue = new ArrayDeque<>();
  private final Map<Long, ChatBlock> calls = new HashMap<>();

  @Override
  void read(String name, ObjectNode data) {
    if (ApiError.isIn(name, data)) {
      emit(ApiError.decode(Protocol.CHAT, 0, data).event(Protocol.MESSAGES));
      return;
    }
    start(data);
    Usage.of(Protocol.CHAT, data).ifPresent(it -> usage = it);
    losses.addAll("", Fields.unnamed(data, TOP));
    for (JsonNode choice : data.path("choices")) {
      long index = Fields.count(choice, "index");
      if (index > 0) {
        losses.add("choices[" + index + "]");
      } else {
        choice(choice);
      }
    }
  }

  private void start(ObjectNode chunk) {
    if (isStarted) {
      return;
    }
    isStarted = true;
    ObjectNode event = Json.object().put("type", "message_start");
    ObjectNode message = event.putObject("message").put("id", Fields.textOrEmpty(chunk, "id"));
    message.put("type", "message").put("role", "assistant");
    message.put("model", Fields.textOrEmpty(chunk, "model"));
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    message.putObject("usage").put("input_tokens", 0).put("output_tokens", 0);
    emit("message_start", event);
  }

  private void choice(JsonNode choice) {
    losses.addAll("choices[0].", Fields.unnamed(choice, CHOICE));
    for (Map.Entry<String, JsonNode> field : choice.path("delta").properties()) {
      delta(field.getKey(), field.getValue());
    }
    String reason = Fields.textOrEmpty(choice, "finish_reason");
    if (!reason.isEmpty()) {
      finishReason = reason;
      closeBlocks();
    }
  }

  private void delta(String field, JsonNode value) {
    switch (field) {
      case "role" -> {}
      case "content" -> said(field, value, ChatBlock.TEXT);
      case "reasoning_content", "reasoning" -> said(field, value, ChatBlock.THINKING);
      case Keys.REFUSAL -> {
        isRefused |= !Fields.isEmpty(value);
        said(field, value, ChatBlock.TEXT);
      }
      case Keys.THINKING_BLOCKS -> value.forEach(this::thinkingBlock);
      case "tool_calls" -> value.forEach(this::call);
      default -> {
        if (!Fields.isEmpty(value)) {
          losses.add("choices[0].delta." + field);
        }
      }
    }
  }

  private void said(String field, JsonNode value, String type) {
    if (Fields.isEmpty(value)) {
      return;
    }
    if (!value.isString()) {
      losses.add("choices[0].delta." + field);
      return;
    }
    grow(last(type), value.stringValue());
  }

  /** The block at the queue's end if it is of that type and open to more; a new one otherwise. */
  private ChatBlock last(String type) {
    ChatBlock last = queue.peekLast();
    return last != null && last.type.equals(type) && !last.isSealed
        ? last
        : enqueue(new ChatBlock(type));
  }

  private ChatBlock enqueue(ChatBlock block) {
    queue.add(block);
    advance();
    return block;
  }

  private void grow(ChatBlock block, String fragment) {
    block.add(fragment);
    if (block.isOpen && !block.isRaw) {
      tell(block);
    }
  }

  /** A signature ends the thinking that came before it; a whole block brings its own. */
  private void thinkingBlock(JsonNode said) {
    if (Fields.textOrEmpty(said, "type").equals("redacted_thinking")) {
      ChatBlock block = new ChatBlock("redacted_thinking");
      block.start.put("data", Fields.textOrEmpty(said, "data"));
      block.isSealed = true;
      enqueue(block);
      return;
    }
    String signature = Fields.textOrEmpty(said, "signature");
    if (signature.isEmpty()) {
      return;
    }
    ChatBlock last = queue.peekLast();
    boolean isNew = last == null || !last.type.equals(ChatBlock.THINKING) || last.isSealed;
    ChatBlock block = last(ChatBlock.THINKING);
    if (isNew) {
      grow(block, Fields.textOrEmpty(said, "thinking"));
    }
    block.signature = signature;
    block.isSealed = true;
  }

  private void call(JsonNode said) {
    Optional<String> id = Fields.text(said, "id").filter(it -> !it.isEmpty());
    // Some servers leave the index out: then an id begins a call, and what has none goes on with
    // it.
    long index = Fields.whole(said, "index").orElse(calls.size() - (id.isPresent() ? 0L : 1L));
    boolean isCustom = said.path("custom").isObject();
    JsonNode called = ToolCallDelta.called(said);
    ChatBlock block = calls.get(index);
    if (block == null || ToolCallDelta.beginsAnother(block.id(), said)) {
      block = new ChatBlock(ChatBlock.CALL);
      block.isRaw = isCustom;
      calls.put(index, block);
      block.named(id, Fields.text(called, "name"));
      enqueue(block);
    } else {
      block.named(id, Fields.text(called, "name"));
      advance();
    }
    String fragment = Fields.textOrEmpty(called, isCustom ? "input" : "arguments");
    if (block.isTold && !fragment.isBlank()) {
      losses.add("choices[0].delta.tool_calls[" + index + "].arguments");
    } else if (!block.isTold && !fragment.isEmpty()) {
      grow(block, fragment);
      advance();
    }
  }

  /** Closes the first block while something waits behind it, and opens the next. */
  private void advance() {
    while (!queue.isEmpty()) {
      ChatBlock first = queue.getFirst();
      open(first);
      if (queue.size() == 1 || !first.isOpen || !first.canEnd()) {
        return;
      }
      stop(queue.removeFirst());
    }
  }

  private void closeBlocks() {
    while (!queue.isEmpty()) {
      ChatBlock first = queue.removeFirst();
      first.isNamed = true;
      open(first);
      stop(first);
    }
  }

  private void open(ChatBlock block) {
    if (block.isOpen || !block.isNamed) {
      return;
    }
    block.isOpen = true;
    block.index = nextIndex++;
    ObjectNode event = Json.object().put("type", "content_block_start").put("index", block.index);
    event.set("content_block", block.start);
    emit("content_block_start", event);
    if (!block.isRaw) {
      tell(block);
    }
  }

  /** Tells what was gathered since the last time. */
  private void tell(ChatBlock block) {
    String fragment = block.take();
    if (!fragment.isEmpty()) {
      emitDelta(block, block.delta(fragment));
    }
  }

  private void emitDelta(ChatBlock block, ObjectNode delta) {
    ObjectNode event = Json.object().put("type", "content_block_delta").put("index", block.index);
    event.set("delta", delta);
    emit("content_block_delta", event);
  }

  private void stop(ChatBlock block) {
    if (block.isRaw) {
      emitDelta(block, block.delta(Arguments.wrap(block.take()).toString()));
    }
    if (!block.signature.isEmpty()) {
      emitDelta(
          block, Json.object().put("type", "signature_delta").put("signature", block.signature));
    }
    block.isTold = true;
    emit(
        "content_block_stop",
        Json.object().put("type", "content_block_stop").put("index", block.index));
  }

  @Override
  void done() {
    close();
  }

  @Override
  void close() {
    if (finishReason.isEmpty() || isClosed) {
      return;
    }
    isClosed = true;
    closeBlocks();
    ObjectNode event = Json.object().put("type", "message_delta");
    event
        .putObject("delta")
        .put("stop_reason", FinishReasons.toMessages(finishReason, !calls.isEmpty(), isRefused))
        .putNull("stop_sequence");
    event.set("usage", usage.encode(Protocol.MESSAGES));
    emit("message_delta", event);
    emit("message_stop", Json.object().put("type", "message_stop"));
  }
}
