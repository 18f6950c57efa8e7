package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A block of a Messages stream that is made from chat's deltas, with what is not told yet. */
final class ChatBlock {
  static final String TEXT = "text";
  static final String THINKING = "thinking";
  static final String CALL = "tool_use";

  final String type;

  /** What its opening event says. */
  final ObjectNode start = Json.object();

  private final StringBuilder waiting = new StringBuilder();
  private final JsonProgress progress = new JsonProgress();

  long index = -1;

  /** Whether its opening event is known: a call needs its name. */
  boolean isNamed;

  /** Whether its opening event was told. */
  boolean isOpen;

  /** Whether its closing event was told. */
  boolean isTold;

  /** Whether nothing may be added: what comes next of its type is another block. */
  boolean isSealed;

  /** Whether its arguments are no JSON, and go wrapped as a whole. */
  boolean isRaw;

  String signature = "";

  ChatBlock(String type) {
    this.type = type;
    isNamed = !type.equals(CALL);
    start.put("type", type);
    switch (type) {
      case TEXT -> start.put("text", "");
      case THINKING -> start.put("thinking", "").put("signature", "");
      case CALL -> start.put("id", "").put("name", "").putObject("input");
      default -> {}
    }
  }

  void named(Optional<String> id, Optional<String> name) {
    if (!isOpen) {
      id.filter(_ -> id().isEmpty()).ifPresent(it -> start.put("id", it));
      name.filter(it -> !it.isEmpty())
          .ifPresent(
              it -> {
                start.put("name", it);
                isNamed = true;
              });
    }
  }

  String id() {
    return Fields.textOrEmpty(start, "id");
  }

  void add(String fragment) {
    waiting.append(fragment);
    if (type.equals(CALL)) {
      progress.add(fragment);
    }
  }

  /** What was added and not told, which is told now. */
  String take() {
    String fragment = waiting.toString();
    waiting.setLength(0);
    return fragment;
  }

  /** Whether nothing more can come. */
  boolean canEnd() {
    return !type.equals(CALL) || (!isRaw && progress.isComplete());
  }

  ObjectNode delta(String fragment) {
    return switch (type) {
      case CALL -> Json.object().put("type", "input_json_delta").put("partial_json", fragment);
      case THINKING -> Json.object().put("type", "thinking_delta").put("thinking", fragment);
      default -> Json.object().put("type", "text_delta").put("text", fragment);
    };
  }
}
