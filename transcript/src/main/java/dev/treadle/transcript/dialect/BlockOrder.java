package dev.treadle.transcript.dialect;

import dev.treadle.transcript.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The order in which an assistant's blocks came. The vocabulary has it only where it is the usual
 * one: thinking, content, calls; another one is kept in the message's {@code extra}.
 */
final class BlockOrder {
  static final String THINKING = "thinking";
  static final String PART = "part";
  static final String CALL = "call";
  private static final List<String> USUAL = List.of(THINKING, PART, CALL);

  private final List<String> kinds = new ArrayList<>();

  void add(String kind) {
    kinds.add(kind);
  }

  void putInto(Map<String, JsonNode> extra) {
    int last = 0;
    for (String kind : kinds) {
      int rank = USUAL.indexOf(kind);
      if (rank < last) {
        ArrayNode order = Json.array();
        kinds.forEach(order::add);
        extra.put(Keys.BLOCK_ORDER, order);
        return;
      }
      last = rank;
    }
  }

  /** Puts the blocks of each kind into the order that {@code extra} tells, or the usual one. */
  static List<ObjectNode> arrange(
      Map<String, JsonNode> extra,
      List<ObjectNode> thinking,
      List<ObjectNode> parts,
      List<ObjectNode> calls) {
    List<ObjectNode> arranged = new ArrayList<>(thinking.size() + parts.size() + calls.size());
    List<Queue<ObjectNode>> queues =
        List.of(new ArrayDeque<>(thinking), new ArrayDeque<>(parts), new ArrayDeque<>(calls));
    for (JsonNode kind : extra.getOrDefault(Keys.BLOCK_ORDER, Json.array())) {
      int rank = USUAL.indexOf(kind.asString(""));
      if (rank >= 0 && !queues.get(rank).isEmpty()) {
        arranged.add(queues.get(rank).remove());
      }
    }
    queues.forEach(arranged::addAll);
    return arranged;
  }
}
