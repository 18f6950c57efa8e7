package dev.treadle.gateway.collect;

import java.util.Map;

/** Where training mode says that something went wrong: the gateway's log. */
public interface Warnings {
  /**
   * Says it.
   *
   * @param event a machine's word, such as {@code upload_failed}
   */
  void warn(String event, Map<String, Object> fields);
}
