package dev.treadle.store.redaction;

import java.util.Map;

/** Stand-in until merge. */
public final class Redaction {
  public String redact(String text) {
    return text;
  }

  public Map<String, Integer> counts() {
    return Map.of();
  }
}
