package dev.treadle.store.redaction;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Matches JSON web tokens (RFC 7515, RFC 7516): the first part must decode to a JSON object with an
 * {@code alg}.
 */
final class Jwts {
  private static final int MIN_HEADER = 16;
  private static final int MAX_HEADER = 4096;
  private static final int MIN_SIGNATURE = 20;

  private final Subject subject;
  private final Findings findings;

  Jwts(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  /** Looks at a token that starts at {@code start}, where the Base64 of an opening brace stands. */
  void match(int start) {
    if (!isOpening(start) || (!subject.startsClean(start) && subject.at(start - 1) != '_')) {
      return;
    }
    if (subject.at(start - 1) == '-') {
      return;
    }
    int header = subject.runEnd(Alphabet.URL64, start);
    if (header - start < MIN_HEADER || header - start > MAX_HEADER || subject.at(header) != '.') {
      return;
    }
    String json = decoded(start, header);
    if (!isHeader(json)) {
      return;
    }
    int end = json.contains("\"enc\"") ? encrypted(header) : signed(header, json);
    if (end > 0) {
      findings.add(start, end, Family.JWT, Findings.EXACT);
    }
  }

  /** Base64 of a brace and a quote, a blank or a line break. */
  private boolean isOpening(int start) {
    return subject.starts("eyJ", start)
        || subject.starts("eyA", start)
        || subject.starts("ewo", start)
        || subject.starts("ew0", start);
  }

  private int signed(int header, String json) {
    int payload = subject.runEnd(Alphabet.URL64, header + 1);
    if (payload - header < 3 || subject.at(payload) != '.') {
      return -1;
    }
    int end = subject.runEnd(Alphabet.URL64, payload + 1);
    if (end - payload > MIN_SIGNATURE) {
      return end;
    }
    boolean unsigned = json.contains("\"none\"") && end == payload + 1;
    return unsigned ? end : -1;
  }

  /** Four more parts, of which the key may be empty. */
  private int encrypted(int header) {
    int dot = header;
    for (int part = 0; part < 4; part++) {
      if (subject.at(dot) != '.') {
        return -1;
      }
      int end = subject.runEnd(Alphabet.URL64, dot + 1);
      if (part > 0 && end == dot + 1) {
        return -1;
      }
      dot = end;
    }
    return dot;
  }

  private String decoded(int start, int end) {
    if ((end - start) % 4 == 1) {
      return "";
    }
    try {
      return new String(
          Base64.getUrlDecoder().decode(subject.slice(start, end)), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /**
   * Whether {@code json} is an object, as far as its quotes and brackets tell, with a string {@code
   * alg} at its top.
   */
  static boolean isHeader(String json) {
    int depth = 0;
    boolean algorithm = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if ((c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == '\ufffd') {
        return false;
      }
      if (c == '"') {
        int close = closingQuote(json, i);
        if (close < 0) {
          return false;
        }
        algorithm |=
            depth == 1
                && close - i == 4
                && json.startsWith("alg", i + 1)
                && namesString(json, close + 1);
        i = close;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
        if (depth == 0) {
          return algorithm && c == '}' && json.substring(i + 1).isBlank();
        }
      }
    }
    return false;
  }

  private static int closingQuote(String json, int open) {
    for (int i = open + 1; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        return i;
      }
    }
    return -1;
  }

  private static boolean namesString(String json, int from) {
    int i = from;
    while (i < json.length() && json.charAt(i) <= ' ') {
      i++;
    }
    if (i >= json.length() || json.charAt(i) != ':') {
      return false;
    }
    i++;
    while (i < json.length() && json.charAt(i) <= ' ') {
      i++;
    }
    return i < json.length() && json.charAt(i) == '"';
  }
}
