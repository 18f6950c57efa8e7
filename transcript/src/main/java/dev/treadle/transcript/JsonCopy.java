package dev.treadle.transcript;

import dev.treadle.transcript.ExchangeCodec.TextFilter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Copies a JSON value from bytes to bytes, without a tree or tokens: blanks between tokens go,
 * numbers and names stay as they were written, and each text goes decoded through a {@link
 * TextFilter}, unless that left it alone before. A text that the filter leaves alone is copied as
 * it was written, escapes and all.
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

  private static final int NOTHING_YET = -1;

  private final JsonBytes out;
  private final TextFilter filter;
  private final Moves moves;
  private final JsonText texts = new JsonText();
  private final KnownTexts known = new KnownTexts();
  private byte[] in = {};
  private JsonCursor cursor = new JsonCursor(in);

  /** From here on the bytes are to be written as they stand: most bodies are one such piece. */
  private int from;

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
    cursor = new JsonCursor(json);
    from = 0;
    depth = 0;
    value();
    while (depth > 0) {
      if (isNextThere()) {
        value();
      }
    }
    writeUpTo(cursor.at());
    cursor.end();
  }

  private void writeUpTo(int end) {
    out.put(in, from, end - from);
    from = end;
  }

  /** After a step of the cursor over a token of that length: leaves out blanks that it passed. */
  private void stepped(int before, int length) {
    int at = cursor.at();
    if (at != before + length) {
      leaveOutBlanks(before, at, length);
    }
  }

  private void leaveOutBlanks(int before, int at, int length) {
    writeUpTo(before);
    for (int i = before; length > 0 && i < at; i++) {
      if (in[i] > ' ') {
        out.put((char) in[i]);
      }
    }
    from = at;
  }

  /** Copies a scalar, or goes into a container. */
  private void value() {
    int before = cursor.at();
    char kind = cursor.kind();
    stepped(before, 0);
    switch (kind) {
      case '"' -> text(true);
      case '{', '[' -> {
        if (depth == MAX_DEPTH) {
          throw cursor.wrong("it is nested deeper than " + MAX_DEPTH);
        }
        cursor.enter();
        depth++;
        inObject[depth] = kind == '{';
        index[depth] = NOTHING_YET;
      }
      default -> cursor.scalar();
    }
  }

  /** To the next value of the container; false behind its end. */
  private boolean isNextThere() {
    boolean isObject = inObject[depth];
    int before = cursor.at();
    if (!cursor.isNextThere(isObject ? '}' : ']')) {
      stepped(before, 1);
      depth--;
      return false;
    }
    stepped(before, index[depth] == NOTHING_YET ? 0 : 1);
    if (isObject) {
      int name = cursor.at();
      index[depth] = name;
      cursor.quote();
      text(false);
      before = cursor.at();
      cursor.colon(name);
      stepped(before, 1);
    } else {
      index[depth]++;
    }
    return true;
  }

  private void text(boolean isValue) {
    int start = cursor.at();
    int behind = known.behind(in, start);
    if (behind > 0) {
      cursor.moveTo(behind);
      return;
    }
    String decoded = texts.decode(in, start);
    if (decoded == null) {
      throw cursor.wrong(JsonText.WRONG_TEXT);
    }
    boolean isVerbatim = texts.isVerbatim();
    int length = texts.end() - start;
    cursor.moveTo(texts.end());
    String clean = filter.clean(decoded);
    Optional<String> name = isValue && length > INLINE_BYTES ? moved(clean) : Optional.empty();
    if (name.isEmpty() && isVerbatim && clean.equals(decoded)) {
      known.add(in, start, length);
      return;
    }
    writeUpTo(start);
    out.text(name.map(it -> MOVED + it).orElse(clean));
    from = cursor.at();
  }

  /** The name of a text that lies elsewhere now. */
  private Optional<String> moved(String clean) {
    byte[] utf8 = ExampleCodec.wellFormed(clean).getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= INLINE_BYTES) {
      return Optional.empty();
    }
    Optional<String> sha256 = filter.moved(utf8);
    sha256.ifPresent(name -> moves.moved(pointer(), name, utf8.length));
    return sha256;
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
}
