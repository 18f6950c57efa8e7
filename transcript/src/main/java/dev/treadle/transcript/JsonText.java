package dev.treadle.transcript;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Decodes one JSON text in quotes from its bytes; keeps a buffer for the next. */
final class JsonText {
  /** What is wrong where {@link #decode} gives null. */
  static final String WRONG_TEXT =
      "a text that does not end or holds a control character or a wrong escape";

  private static final int WRONG = -1;
  private static final int FIRST = 1 << 10;

  private byte[] scratch = {};
  private int filled;
  private int end;
  private boolean verbatim;

  /** Where the last text ended: behind its closing quote. */
  int end() {
    return end;
  }

  /** Whether the bytes of the last text may be copied as they are: they are UTF-8 and say it. */
  boolean isVerbatim() {
    return verbatim;
  }

  /**
   * The place behind the text whose opening quote is at {@code quote}; negative where it is none,
   * or not UTF-8.
   */
  static int behind(byte[] in, int quote) {
    int bits = 0;
    int i = quote + 1;
    while (i < in.length) {
      i = behindPlain(in, i);
      if (i == in.length) {
        return WRONG;
      }
      byte c = in[i];
      if (c == '"') {
        return bits < 0 && !Utf8.isFormed(in, quote + 1, i) ? WRONG : i + 1;
      }
      if (c == '\\') {
        i = behindEscape(in, i);
        if (i < 0) {
          return WRONG;
        }
      } else if (c >= 0 && c < ' ') {
        return WRONG;
      } else {
        bits |= c;
        i++;
      }
    }
    return WRONG;
  }

  /** The place of the next byte that is a quote, a backslash, a control character or no ASCII. */
  static int behindPlain(byte[] in, int from) {
    int i = from;
    for (; i + Long.BYTES <= in.length; i += Long.BYTES) {
      long word = ByteWords.at(in, i);
      long found =
          ByteWords.equal(word, '"')
              | ByteWords.equal(word, '\\')
              | ByteWords.controls(word)
              | ByteWords.wide(word);
      if (found != 0) {
        return i + ByteWords.first(found);
      }
    }
    while (i < in.length && in[i] >= ' ' && in[i] != '"' && in[i] != '\\') {
      i++;
    }
    return i;
  }

  private static int behindEscape(byte[] in, int from) {
    if (from + 1 >= in.length) {
      return WRONG;
    }
    return switch (in[from + 1]) {
      case '"', '\\', '/', 'n', 't', 'r', 'b', 'f' -> from + 2;
      case 'u' -> unit(in, from) == WRONG ? WRONG : from + 6;
      default -> WRONG;
    };
  }

  /** The text whose opening quote is at {@code quote}; null where it is none. */
  @Nullable String decode(byte[] in, int quote) {
    int from = quote + 1;
    int bits = 0;
    for (int i = behindPlain(in, from); i < in.length; i++) {
      byte c = in[i];
      if (c == '"') {
        end = i + 1;
        return string(in, from, i - from, bits < 0);
      }
      if (c == '\\') {
        filled = 0;
        grow(i - from);
        System.arraycopy(in, from, scratch, 0, i - from);
        filled = i - from;
        return unescaped(in, i, bits);
      }
      if (c >= 0 && c < ' ') {
        return null;
      }
      bits |= c;
    }
    return null;
  }

  private String string(byte[] bytes, int from, int length, boolean wide) {
    if (!wide) {
      verbatim = true;
      return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    // What is no UTF-8, and half a surrogate pair, was decoded as U+FFFD and is written as that.
    verbatim = text.indexOf(Utf8.REPLACEMENT) < 0;
    return text;
  }

  /** From the first escape on: into the buffer, as UTF-8. */
  private @Nullable String unescaped(byte[] in, int firstEscape, int bitsBefore) {
    int bits = bitsBefore;
    int i = firstEscape;
    while (i < in.length) {
      byte c = in[i];
      if (c == '"') {
        end = i + 1;
        return string(scratch, 0, filled, bits < 0);
      }
      grow(Utf8.LONGEST);
      if (c != '\\') {
        if (c >= 0 && c < ' ') {
          return null;
        }
        scratch[filled++] = c;
        bits |= c;
        i++;
        continue;
      }
      int code = escape(in, i);
      if (code == WRONG) {
        return null;
      }
      i = end;
      bits |= code < 0x80 ? 0 : -1;
      filled = Utf8.put(code, scratch, filled);
    }
    return null;
  }

  /** The character of the escape at {@code from}; {@link #end} is behind it then. */
  private int escape(byte[] in, int from) {
    end = from + 2;
    if (end > in.length) {
      return WRONG;
    }
    return switch (in[from + 1]) {
      case '"', '\\', '/' -> in[from + 1];
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> unicode(in, from);
      default -> WRONG;
    };
  }

  private int unicode(byte[] in, int from) {
    int unit = unit(in, from);
    end = from + 6;
    if (unit == WRONG || !Character.isSurrogate((char) unit)) {
      return unit;
    }
    int low = Character.isHighSurrogate((char) unit) ? unit(in, end) : WRONG;
    if (low == WRONG || !Character.isLowSurrogate((char) low)) {
      return Utf8.REPLACEMENT;
    }
    end += 6;
    return Character.toCodePoint((char) unit, (char) low);
  }

  /** The code unit of the escape {@code \}{@code uXXXX} at {@code from}. */
  private static int unit(byte[] in, int from) {
    if (from + 6 > in.length || in[from] != '\\' || in[from + 1] != 'u') {
      return WRONG;
    }
    int unit = 0;
    for (int i = from + 2; i < from + 6; i++) {
      int digit = in[i] < 0 ? WRONG : Character.digit(in[i], 16);
      if (digit == WRONG) {
        return WRONG;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private void grow(int more) {
    if (scratch.length - filled < more) {
      scratch =
          Arrays.copyOf(scratch, Math.max(Math.max(FIRST, scratch.length * 2), filled + more));
    }
  }
}
