package dev.treadle.transcript.dialect;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Hands every event on as it is. */
final class SameProtocol extends StreamTranslator {
  @Override
  public List<SseEvent> translate(SseEvent event) {
    return List.of(event);
  }

  @Override
  void read(String name, ObjectNode data) {
    throw new IllegalStateException("events are handed on unread");
  }

  @Override
  void close() {}
}
