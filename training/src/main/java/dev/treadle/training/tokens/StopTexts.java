package dev.treadle.training.tokens;

import java.util.List;

/** Looks for the texts that end an answer, in pieces of it; what may become one is held back. */
public final class StopTexts {
  private final List<String> stops;
  private String held = "";
  private boolean isFound;

  public StopTexts(List<String> stops) {
    this.stops = List.copyOf(stops);
  }

  /** What can be said for certain with one more piece. */
  public String add(String piece) {
    String text = held + piece;
    int first = -1;
    for (String it : stops) {
      int at = text.indexOf(it);
      first = at >= 0 && (first < 0 || at < first) ? at : first;
    }
    if (first >= 0) {
      isFound = true;
      held = "";
      return text.substring(0, first);
    }
    int keep = stops.stream().mapToInt(it -> begun(text, it)).max().orElse(0);
    held = text.substring(text.length() - keep);
    return text.substring(0, text.length() - keep);
  }

  /** How many letters at the end of {@code text} are the beginning of {@code stop}. */
  public static int begun(String text, String stop) {
    int most = Math.min(text.length(), stop.length() - 1);
    for (int it = most; it > 0; it--) {
      if (stop.startsWith(text.substring(text.length() - it))) {
        return it;
      }
    }
    return 0;
  }

  /** Whether one came. */
  public boolean isFound() {
    return isFound;
  }

  /** What was held back and did not become one. */
  public String end() {
    String rest = held;
    held = "";
    return rest;
  }
}
