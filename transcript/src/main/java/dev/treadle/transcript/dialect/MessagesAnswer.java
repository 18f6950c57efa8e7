package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A streamed answer of the Messages API: blocks, one after another, each grown by deltas. */
final class MessagesAnswer extends StreamedAnswer {
  private final ObjectNode message = Json.object().put("type", "message").put("role", "assistant");
  private final Map<Long, Block> blocks = new TreeMap<>();
  private final ObjectNode usage = Json.object();

  /** One block as far as it came. */
  private static final class Block {
    final GrowingObject fields = new GrowingObject();
    @Nullable StringBuilder input;

    ObjectNode node() {
      ObjectNode node = fields.node();
      if (input != null) {
        String text = input.toString();
        node.set("input", Arguments.object(text).orElseGet(() -> Arguments.wrap(text)));
      }
      return node;
    }
  }

  @Override
  Optional<ApiError> failure(String name, ObjectNode data) {
    boolean isError =
        name.equals("error")
            || data.path("type").asString("").equals("error")
            || data.path("error").isObject();
    return isError ? Optional.of(ApiError.decode(Protocol.MESSAGES, 0, data)) : Optional.empty();
  }

  @Override
  Kind fold(String name, ObjectNode data) {
    return switch (data.path("type").asString(name)) {
      case "ping" -> hasContent() ? Kind.KEEP_ALIVE : Kind.PREAMBLE;
      case "message_start" -> start(data.path("message"));
      case "content_block_start" -> startBlock(data);
      case "content_block_delta" -> delta(data);
      case "message_delta" -> finish(data);
      case "message_stop" -> Kind.END;
      default -> Kind.PREAMBLE;
    };
  }

  private Kind start(JsonNode started) {
    started.forEachEntry(
        (field, value) -> {
          switch (field) {
            case "usage" -> merge(usage, value);
            case "content" -> {
              long index = 0;
              for (JsonNode block : value) {
                block(index++).fields.setAll(block);
              }
            }
            default -> message.set(field, value);
          }
        });
    return Fields.isEmpty(started.path("content")) ? Kind.PREAMBLE : Kind.CONTENT;
  }

  private Block block(long index) {
    return blocks.computeIfAbsent(index, _ -> new Block());
  }

  private Kind startBlock(ObjectNode data) {
    JsonNode started = data.path("content_block");
    block(Fields.count(data, "index")).fields.setAll(started);
    return switch (started.path("type").asString("")) {
      case "text" -> visible(started, "text");
      case "thinking" -> visible(started, "thinking");
      default -> Kind.CONTENT;
    };
  }

  private static Kind visible(JsonNode node, String field) {
    return Fields.isEmpty(node.path(field)) ? Kind.PREAMBLE : Kind.CONTENT;
  }

  private Kind delta(ObjectNode data) {
    JsonNode delta = data.path("delta");
    Block block = block(Fields.count(data, "index"));
    boolean isVisible = false;
    for (Map.Entry<String, JsonNode> field : delta.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "type" -> {}
        case "partial_json" -> {
          block.input = block.input == null ? new StringBuilder() : block.input;
          block.input.append(value.asString(""));
          isVisible |= !Fields.isEmpty(value);
        }
        case "citation" -> {
          block.fields.add("citations", Json.array().add(value));
          isVisible = true;
        }
        default -> {
          block.fields.add(field.getKey(), value);
          isVisible |= !Fields.isEmpty(value);
        }
      }
    }
    return isVisible ? Kind.CONTENT : Kind.PREAMBLE;
  }

  private Kind finish(ObjectNode data) {
    data.forEachEntry(
        (field, value) -> {
          switch (field) {
            case "type" -> {}
            case "usage" -> merge(usage, value);
            case "delta" -> value.forEachEntry(message::set);
            default -> message.set(field, value);
          }
        });
    return Kind.CONTENT;
  }

  /** Counts are cumulative: the last one that was said counts. */
  static void merge(ObjectNode usage, JsonNode counts) {
    counts.forEachEntry(
        (name, value) -> {
          if (!value.isNull() || !usage.has(name)) {
            usage.set(name, value);
          }
        });
  }

  @Override
  public boolean isFinished() {
    return message.path("stop_reason").isString();
  }

  @Override
  public Optional<Usage> usage() {
    return usage.isEmpty()
        ? Optional.empty()
        : Usage.of(Protocol.MESSAGES, Json.object().set("usage", usage));
  }

  @Override
  public Optional<String> finishReason() {
    return Fields.text(message, "stop_reason");
  }

  @Override
  public ObjectNode body() {
    ObjectNode body = Json.object();
    body.setAll(message);
    ArrayNode content = body.putArray("content");
    blocks.values().forEach(it -> content.add(it.node()));
    for (String field : new String[] {"stop_reason", "stop_sequence"}) {
      if (!body.has(field)) {
        body.putNull(field);
      }
    }
    ObjectNode counts = body.putObject("usage");
    counts.setAll(usage);
    return body;
  }
}
