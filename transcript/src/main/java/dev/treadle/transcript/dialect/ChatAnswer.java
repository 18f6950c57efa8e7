package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A streamed answer of the chat completions API: deltas of one or more choices. */
final class ChatAnswer extends StreamedAnswer {
  private final GrowingObject top = new GrowingObject();
  private final Map<Long, Choice> choices = new TreeMap<>();
  private @Nullable ObjectNode usage;

  /** One choice as far as it came. */
  private static final class Choice {
    final GrowingObject message = new GrowingObject();
    final GrowingObject rest = new GrowingObject();
    @Nullable String finishReason;
  }

  @Override
  Optional<ApiError> failure(String name, ObjectNode data) {
    return ApiError.isIn(name, data)
        ? Optional.of(ApiError.decode(Protocol.CHAT, 0, data))
        : Optional.empty();
  }

  @Override
  Kind fold(String name, ObjectNode data) {
    data.forEachEntry(this::foldTop);
    JsonNode said = data.path("choices");
    if (said.isEmpty()) {
      return data.path("usage").isObject() ? Kind.USAGE : Kind.PREAMBLE;
    }
    boolean isVisible = false;
    for (JsonNode choice : said) {
      isVisible |= fold(choice);
    }
    return isVisible ? Kind.CONTENT : Kind.PREAMBLE;
  }

  private void foldTop(String name, JsonNode value) {
    switch (name) {
      case "choices", "obfuscation", "object" -> {}
      case "usage" -> {
        if (value instanceof ObjectNode counts) {
          usage = counts;
        }
      }
      default -> {
        if (!value.isNull() || !top.has(name)) {
          top.set(name, value);
        }
      }
    }
  }

  /** Folds one choice's delta; true if it shows anything. */
  private boolean fold(JsonNode said) {
    Choice choice =
        choices.computeIfAbsent(Fields.whole(said, "index").orElse(0L), _ -> new Choice());
    boolean isVisible = false;
    for (Map.Entry<String, JsonNode> field : said.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "index" -> {}
        case "delta", "message" -> {
          choice.message.add(value);
          isVisible |= isVisible(value);
        }
        case "finish_reason" -> {
          if (value.isString()) {
            choice.finishReason = value.stringValue();
            isVisible = true;
          }
        }
        default -> choice.rest.add(field.getKey(), value);
      }
    }
    return isVisible;
  }

  private static boolean isVisible(JsonNode delta) {
    for (Map.Entry<String, JsonNode> field : delta.properties()) {
      if (!field.getKey().equals("role") && !Fields.isEmpty(field.getValue())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean isFinished() {
    return !choices.isEmpty() && choices.values().stream().allMatch(it -> it.finishReason != null);
  }

  @Override
  public Optional<Usage> usage() {
    return Optional.ofNullable(usage)
        .flatMap(it -> Usage.of(Protocol.CHAT, Json.object().set("usage", it)));
  }

  @Override
  public Optional<String> finishReason() {
    return choices.values().stream()
        .findFirst()
        .flatMap(it -> Optional.ofNullable(it.finishReason));
  }

  @Override
  public ObjectNode body() {
    ObjectNode body = Json.object();
    ObjectNode named = top.node();
    body.set("id", named.path("id").isMissingNode() ? null : named.get("id"));
    body.put("object", "chat.completion");
    body.setAll(named);
    ArrayNode array = body.putArray("choices");
    choices.forEach((index, choice) -> array.add(node(index, choice)));
    if (usage != null) {
      body.set("usage", usage);
    }
    return body;
  }

  private static ObjectNode node(long index, Choice choice) {
    ObjectNode node = Json.object().put("index", index);
    ObjectNode message = Json.object().put("role", "assistant").putNull("content");
    message.setAll(choice.message.node());
    node.set("message", message);
    node.setAll(choice.rest.node());
    return node.put("finish_reason", choice.finishReason);
  }
}
