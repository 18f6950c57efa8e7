package dev.treadle.training.llama;

import java.util.List;

/** Lets a text through piece by piece until a stop text comes; what may begin one waits. */
final class StopTexts {
  private final List<String> stops;
  private final StringBuilder waiting = new StringBuilder();
  private boolean isOver;

  StopTexts(List<String> stops) {
    this.stops = List.copyOf(stops);
  }

  /** What is certain to be no part of a stop text. */
  String take(String piece) {
    waiting.append(piece);
    int first = -1;
    for (String it : stops) {
      int at = waiting.indexOf(it);
      first = at >= 0 && (first < 0 || at < first) ? at : first;
    }
    if (first >= 0) {
      isOver = true;
      waiting.setLength(first);
      return rest();
    }
    int certain = waiting.length();
    for (String it : stops) {
      certain = Math.min(certain, waiting.length() - begun(it));
    }
    String text = waiting.substring(0, certain);
    waiting.delete(0, certain);
    return text;
  }

  /** How long the longest beginning of a stop text is that what waits ends with. */
  private int begun(String stop) {
    for (int length = Math.min(stop.length() - 1, waiting.length()); length > 0; length--) {
      if (waiting.indexOf(stop.substring(0, length), waiting.length() - length) >= 0) {
        return length;
      }
    }
    return 0;
  }

  /** Whether a stop text came. */
  boolean isOver() {
    return isOver;
  }

  /** What waits when nothing more comes. */
  String rest() {
    String text = waiting.toString();
    waiting.setLength(0);
    return text;
  }
}
