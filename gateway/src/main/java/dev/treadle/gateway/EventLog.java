package dev.treadle.gateway;

import java.util.Map;

/** Where the gateway says what happens to it: one event a line, with fields. */
public interface EventLog {
  /** Says nothing. */
  EventLog SILENT = (_, _, _) -> {};

  /** How much an event matters. */
  enum Level {
    INFO,
    WARNING,
    ERROR
  }

  /**
   * Says that something happened.
   *
   * @param event a machine's word, such as {@code gateway_started}
   * @param fields texts, numbers and booleans; no secrets
   */
  void say(Level level, String event, Map<String, Object> fields);
}
