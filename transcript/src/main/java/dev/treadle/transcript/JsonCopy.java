package dev.treadle.transcript;

import dev.treadle.transcript.ExchangeCodec.TextFilter;
import java.nio.charset.StandardCharsets;
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

  private static final int NOTHING_YET = -1;

  private final JsonBytes out;
  private final TextFilter filter;
  private final Moves moves;
  private final JsonText texts = new JsonText();
  private final KnownTexts known = new KnownTexts();
  private byte[] in = {};
  private JsonCursor cursor = new JsonCursor(in);

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
    depth = 0;
    value();
    while (depth > 0) {
      if (isNextThere()) {
        value();
      }
    }
    cursor.end();
  }

  /** Copies a scalar, or goes into a container. */
  private void value() {
    char kind = cursor.kind();
    switch (kind) {
      case '"' -> text(true);
      case '{', '[' -> {
        if (depth == MAX_DEPTH) {
          throw cursor.wrong("it is nested deeper than " + MAX_DEPTH);
        }
        cursor.enter();
        out.put(kind);
        depth++;
        inObject[depth] = kind == '{';
        index[depth] = NOTHING_YET;
      }
      default -> {
        int from = cursor.at();
        cursor.scalar();
        out.put(in, from, cursor.at() - from);
      }
    }
  }

  /** To the next value of the container; false behind its end. */
  private boolean isNextThere() {
    boolean isObject = inObject[depth];
    char closing = isObject ? '}' : ']';
    if (!cursor.isNextThere(closing)) {
      out.put(closing);
      depth--;
      return false;
    }
    if (index[depth] != NOTHING_YET) {
      out.put(',');
    }
    if (isObject) {
      int from = cursor.at();
      index[depth] = from;
      cursor.quote();
      text(false);
      cursor.colon(from);
      out.put(':');
    } else {
      index[depth]++;
    }
    return true;
  }

  private void text(boolean isValue) {
    int from = cursor.at();
    int behind = known.behind(in, from);
    if (behind > 0) {
      cursor.moveTo(behind);
      out.put(in, from, behind - from);
      return;
    }
    String decoded = texts.decode(in, from);
    if (decoded == null) {
      throw cursor.wrong(JsonText.WRONG_TEXT);
    }
    int length = texts.end() - from;
    cursor.moveTo(texts.end());
    String clean = filter.clean(decoded);
    if (isValue && length > INLINE_BYTES && isMoved(clean)) {
      return;
    }
    if (texts.isVerbatim() && clean.equals(decoded)) {
      out.put(in, from, length);
      known.add(in, from, length);
    } else {
      out.text(clean);
    }
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
}
