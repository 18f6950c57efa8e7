package dev.treadle.gateway;

import dev.treadle.gateway.http.Headers;
import dev.treadle.routing.Decision;
import java.util.List;
import java.util.Locale;

/** What the gateway says of itself in an answer's header fields. */
final class Signature {
  static final String EXCHANGE = "x-treadle-exchange";
  private static final int LONGEST_HEADER = 1000;

  private Signature() {}

  /** Signs the header fields of an answer. */
  static Headers of(CallNotes notes, List<String> losses, Headers headers) {
    headers.set(EXCHANGE, notes.id);
    if (!notes.route().isEmpty()) {
      headers.set("x-treadle-route", printable(notes.route()));
    }
    notes.target().ifPresent(it -> headers.set("x-treadle-target", printable(it)));
    notes.lastAttempt().ifPresent(it -> headers.set("x-treadle-model", printable(it.model())));
    notes.decision().ifPresent(it -> decided(it, headers));
    if (notes.attempts() > 1) {
      headers.set("x-treadle-attempts", Integer.toString(notes.attempts()));
    }
    if (!losses.isEmpty()) {
      headers.set("x-treadle-lost", printable(String.join(", ", losses)));
    }
    return headers;
  }

  private static void decided(Decision decision, Headers headers) {
    headers.set("x-treadle-source", decision.source().wire());
    decision.category().ifPresent(it -> headers.set("x-treadle-category", printable(it)));
    decision
        .confidence()
        .ifPresent(
            it -> headers.set("x-treadle-confidence", String.format(Locale.ROOT, "%.3f", it)));
  }

  /** A model's name comes from the client: no line breaks or other than ASCII in a header. */
  static String printable(String text) {
    if (text.length() <= LONGEST_HEADER && isPrintable(text)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    for (int i = 0; i < Math.min(text.length(), LONGEST_HEADER); i++) {
      char c = text.charAt(i);
      clean.append(isPrintable(c) ? c : '?');
    }
    return clean.toString();
  }

  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isPrintable(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPrintable(char c) {
    return c >= ' ' && c < 0x7f;
  }
}
