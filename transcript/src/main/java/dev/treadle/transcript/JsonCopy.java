package dev.treadle.transcript;

import dev.treadle.transcript.ExchangeCodec.TextFilter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Copies a JSON value from bytes to bytes, without a tree or tokens: blanks between tokens go,
 * numbers and names stay as they were written, and each text goes decoded through a {@link
 * TextFilter}. A text that the filter leaves alone is copied as it was written, escapes and all.
 *
 * <p>The grammar is checked on the way, so that bytes which are no JSON cannot break the line that
 * they are copied into.
 */
final class JsonCopy {
  /** A text of a body of more bytes than this, decoded, is offered to {@link TextFilter#moved}. */
  static final int INLINE_BYTES = 64 << 10;

  /** What stands where a text was that lies elsewhere, before its name. */
  static final String MOVED = "sha256:";

  /** Less than {@link Json} reads, as the value will stand inside of a line. */
  private static final int MAX_DEPTH = 490;

  private static final int MAX_NAME = 1 << 16;
  private static final int MAX_NUMBER = 1000;
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final JsonBytes out;
  private final TextFilter filter;
  private final Moves moves;
  private final JsonText texts = new JsonText();
  private byte[] in = {};
  private int at;

  /** Where the copy stands: of each open container, the name's place in the bytes or the index. */
  private int depth;

  private final boolean[] inObject = new boolean[MAX_DEPTH + 1];
  private final int[] index = new int[MAX_DEPTH + 1];

  /** Is told what lies elsewhere now. */
  interface Moves {
    void moved(String pointer, String sha256, int bytes);
  }

  JsonCopy(JsonBytes out, TextFilter filter, Moves moves) {
    this.out = out;
    this.filter = filter;
    this.moves = moves;
  }

  /**
   * Copies the value.
   *
   * @throws TreadleException {@link TranscriptError#NOT_JSON}; then part of it may be written
   */
  void copy(byte[] json) {
    in = json;
    at = 0;
    depth = 0;
    do {
      while (!isValueCopied()) {
        // A container was opened that is not empty: its first value follows.
      }
    } while (!isEndReached());
    skipBlanks();
    if (at != in.length) {
      throw wrong("something follows the value");
    }
  }

  /** Copies a scalar or an empty container; false where a container was opened instead. */
  private boolean isValueCopied() {
    skipBlanks();
    int first = peek();
    switch (first) {
      case '"' -> text(true);
      case '{' -> {
        return isEmptied('{', '}');
      }
      case '[' -> {
        return isEmptied('[', ']');
      }
      case 't' -> literal(TRUE);
      case 'f' -> literal(FALSE);
      case 'n' -> literal(NULL);
      default -> number();
    }
    return true;
  }

  private boolean isEmptied(char opening, char closing) {
    if (depth == MAX_DEPTH) {
      throw wrong("it is nested deeper than " + MAX_DEPTH);
    }
    at++;
    out.put(opening);
    skipBlanks();
    if (peek() == closing) {
      at++;
      out.put(closing);
      return true;
    }
    depth++;
    inObject[depth] = opening == '{';
    index[depth] = 0;
    if (opening == '{') {
      name();
    }
    return false;
  }

  /** After a value: closes what ends here. False where another value follows. */
  private boolean isEndReached() {
    while (depth > 0) {
      skipBlanks();
      int next = peek();
      at++;
      if (next == ',') {
        out.put(',');
        if (inObject[depth]) {
          skipBlanks();
          name();
        } else {
          index[depth]++;
        }
        return false;
      }
      if (next != (inObject[depth] ? '}' : ']')) {
        at--;
        throw wrong("expected a comma or the end of the " + (inObject[depth] ? "object" : "array"));
      }
      out.put((char) next);
      depth--;
    }
    return true;
  }

  private void name() {
    int from = at;
    index[depth] = from;
    if (peek() != '"') {
      throw wrong("expected a name");
    }
    text(false);
    if (at - from > MAX_NAME) {
      throw wrong("a name of more than " + MAX_NAME + " bytes");
    }
    skipBlanks();
    if (peek() != ':') {
      throw wrong("expected a colon");
    }
    at++;
    out.put(':');
  }

  private void text(boolean isValue) {
    int from = at;
    String decoded = decode();
    String clean = filter.clean(decoded);
    if (isValue && at - from > INLINE_BYTES && isMoved(clean)) {
      return;
    }
    if (texts.isVerbatim() && clean.equals(decoded)) {
      out.put(in, from, at - from);
    } else {
      out.text(clean);
    }
  }

  private String decode() {
    String decoded = texts.decode(in, at);
    if (decoded == null) {
      throw wrong("a text that does not end or holds a control character or a wrong escape");
    }
    at = texts.end();
    return decoded;
  }

  private boolean isMoved(String clean) {
    byte[] utf8 = ExampleCodec.wellFormed(clean).getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= INLINE_BYTES) {
      return false;
    }
    Optional<String> sha256 = filter.moved(utf8);
    sha256.ifPresent(
        name -> {
          moves.moved(pointer(), name, utf8.length);
          out.text(MOVED + name);
        });
    return sha256.isPresent();
  }

  /** Where the copy stands, as RFC 6901 writes it. */
  String pointer() {
    StringBuilder pointer = new StringBuilder();
    JsonText names = new JsonText();
    for (int level = 1; level <= depth; level++) {
      pointer.append('/');
      if (inObject[level]) {
        String name = String.valueOf(names.decode(in, index[level]));
        pointer.append(filter.clean(name).replace("~", "~0").replace("/", "~1"));
      } else {
        pointer.append(index[level]);
      }
    }
    return pointer.toString();
  }

  private void literal(byte[] word) {
    int end = at + word.length;
    if (end > in.length || !Arrays.equals(in, at, end, word, 0, word.length)) {
      throw wrong("expected a value");
    }
    at = end;
    out.put(word);
  }

  private void number() {
    int from = at;
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < in.length && in[at] == '.') {
      at++;
      digits();
    }
    if (at < in.length && (in[at] | 0x20) == 'e') {
      at++;
      if (at < in.length && (in[at] == '+' || in[at] == '-')) {
        at++;
      }
      digits();
    }
    if (at - from > MAX_NUMBER) {
      throw wrong("a number of more than " + MAX_NUMBER + " characters");
    }
    out.put(in, from, at - from);
  }

  private void digits() {
    int from = at;
    while (at < in.length && in[at] >= '0' && in[at] <= '9') {
      at++;
    }
    if (at == from) {
      throw wrong("expected a value");
    }
  }

  private void skipBlanks() {
    while (at < in.length) {
      byte c = in[at];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return;
      }
      at++;
    }
  }

  /** The next byte, or -1 at the end. */
  private int peek() {
    return at < in.length ? in[at] : -1;
  }

  private TreadleException wrong(String what) {
    return new TreadleException(
        TranscriptError.NOT_JSON, "not JSON: " + what + " (at byte " + at + ")");
  }
}
