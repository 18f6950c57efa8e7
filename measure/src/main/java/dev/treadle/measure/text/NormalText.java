package dev.treadle.measure.text;

import java.text.Normalizer;

/**
 * The form in which texts are compared: lower case, white space folded to one blank, full-width
 * forms of ASCII made narrow, invisible characters left out, letters with combining marks composed.
 *
 * <p>A cheap subset of Unicode NFKC with case folding: full NFKC only matters for characters that
 * texts to train on hardly hold, and costs ten times as much.
 */
final class NormalText {
  private static final char[] ASCII = new char[128];

  static {
    for (char c = 0; c < 128; c++) {
      ASCII[c] = c <= ' ' || c == 127 ? ' ' : Character.toLowerCase(c);
    }
  }

  private NormalText() {}

  /** The normal form; the same text for every input that differs only in what is folded. */
  static String of(CharSequence text) {
    String source = text.toString();
    char[] out = new char[source.length()];
    int length = 0;
    boolean blank = true;
    boolean marks = false;
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      c = c < 128 ? ASCII[c] : folded(c);
      if (c == ' ') {
        if (!blank) {
          out[length++] = ' ';
          blank = true;
        }
      } else if (c != 0) {
        marks |= c >= 0x0300 && c <= 0x036F;
        out[length++] = c;
        blank = false;
      }
    }
    if (blank && length > 0) {
      length--;
    }
    String normal = new String(out, 0, length);
    return marks ? Normalizer.normalize(normal, Normalizer.Form.NFC) : normal;
  }

  /** The folded character, a blank for white space, 0 for what is left out. */
  private static char folded(char c) {
    if (c >= 0x4E00 && c <= 0xD7FF) {
      return c;
    }
    if (c >= 0xFF01 && c <= 0xFF5E) {
      return ASCII[c - 0xFEE0];
    }
    if ((c >= 0x200B && c <= 0x200F) || c == 0xFEFF || c == 0x2060 || c == 0x00AD) {
      return 0;
    }
    if (c == 0x00A0 || c == 0x0085 || Character.isWhitespace(c) || Character.isSpaceChar(c)) {
      return ' ';
    }
    return Character.toLowerCase(c);
  }
}
