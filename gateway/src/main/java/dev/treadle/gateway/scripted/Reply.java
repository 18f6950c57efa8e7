package dev.treadle.gateway.scripted;

import java.util.ArrayList;
import java.util.List;

/**
 * An answer on its way into a protocol.
 *
 * @param number of the request, from 1: ids are made of it
 * @param created in seconds since 1970
 * @param characters of a piece of content
 */
record Reply(
    long number, long created, Asked asked, Answer answer, Answer.Usage usage, int characters) {

  /** In chat's words. */
  String finish() {
    return answer
        .finish()
        .orElseGet(
            () -> {
              if (answer.refusal().isPresent()) {
                return "refusal";
              }
              return answer.toolCalls().isEmpty() ? "stop" : "tool_calls";
            });
  }

  /** The text in pieces; no character is torn. */
  List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>(text.length() / characters + 1);
    int from = 0;
    while (from < text.length()) {
      int to = Math.min(text.length(), from + characters);
      if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
        to++;
      }
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }
}
