package dev.treadle.gateway.telemetry;

import java.util.Map;

/** Where it is said that spans were lost: the gateway's log. */
public interface Complaints {
  /**
   * Says it.
   *
   * @param event a machine's word, such as {@code spans_lost}
   */
  void say(String event, Map<String, Object> fields);
}
