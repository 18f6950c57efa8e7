package dev.treadle.routing.learning;

import java.util.Arrays;

/**
 * The words of a text and the pairs of neighbours, as hashes with their counts.
 *
 * <p>A word is a run of letters or of digits, in lower case; in scripts without blanks, and of
 * signs, every character is one. A hash's lowest bit tells a pair from a word. Of a long text both
 * ends are looked at: what is asked stands at one of them.
 */
@SuppressWarnings("ArrayRecordComponent") // Read in inner loops; never shared outside.
record Words(int[] hashes, int[] counts) {
  /** Characters of a text that are looked at. */
  static final int LIMIT = 2_000;

  private static final int START = 0x811C9DC5;
  private static final int STEP = 0x01000193;

  private enum Kind {
    GAP,
    LETTER,
    DIGIT,
    ALONE
  }

  static String ends(String text) {
    return text.length() <= LIMIT
        ? text
        : text.substring(0, LIMIT / 2) + "\n" + text.substring(text.length() - LIMIT / 2);
  }

  /** Of a text that {@link #ends} shortened. */
  static Words of(String text) {
    int[] found = new int[2 * text.length() + 1];
    int size = 0;
    int previous = START;
    int at = 0;
    while (at < text.length()) {
      Kind kind = kind(text.charAt(at));
      int end = at + 1;
      int hash = hashed(START, Character.toLowerCase(text.charAt(at)));
      while (kind != Kind.ALONE && end < text.length() && kind(text.charAt(end)) == kind) {
        hash = hashed(hash, Character.toLowerCase(text.charAt(end)));
        end++;
      }
      if (kind != Kind.GAP) {
        found[size++] = mixed(hash) & ~1;
        found[size++] = mixed(hashed(previous * 31, hash)) | 1;
        previous = hash;
      }
      at = end;
    }
    return counted(Arrays.copyOf(found, size));
  }

  private static Words counted(int[] found) {
    Arrays.sort(found);
    int[] counts = new int[found.length];
    int distinct = 0;
    for (int i = 0; i < found.length; i++) {
      if (i == 0 || found[i] != found[distinct - 1]) {
        found[distinct++] = found[i];
      }
      counts[distinct - 1]++;
    }
    return new Words(Arrays.copyOf(found, distinct), Arrays.copyOf(counts, distinct));
  }

  static boolean isPair(int hash) {
    return (hash & 1) == 1;
  }

  private static int hashed(int hash, int value) {
    return (hash ^ value) * STEP;
  }

  private static int mixed(int hash) {
    int h = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
    h = (h ^ (h >>> 13)) * 0xC2B2AE35;
    return h ^ (h >>> 16);
  }

  private static Kind kind(char c) {
    if (c < 128) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
          ? Kind.LETTER
          : c >= '0' && c <= '9' ? Kind.DIGIT : c <= ' ' || c == 127 ? Kind.GAP : Kind.ALONE;
    }
    if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
      return Kind.GAP;
    }
    if (Character.isIdeographic(c)
        || (c >= 0x0E00 && c <= 0x0EFF)
        || (c >= 0x3040 && c <= 0x30FF)) {
      return Kind.ALONE;
    }
    return Character.isLetter(c) || Character.getType(c) == Character.NON_SPACING_MARK
        ? Kind.LETTER
        : Character.isDigit(c) ? Kind.DIGIT : Kind.ALONE;
  }
}
