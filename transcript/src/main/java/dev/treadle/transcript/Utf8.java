package dev.treadle.transcript;

/** Characters as UTF-8. */
final class Utf8 {
  /** The most bytes that a character takes. */
  static final int LONGEST = 4;

  static final int REPLACEMENT = 0xfffd;

  private Utf8() {}

  /** Puts a character, or U+FFFD for half a surrogate pair; gives the place behind it. */
  static int put(int code, byte[] into, int at) {
    int next = at;
    if (code < 0x80) {
      into[next++] = (byte) code;
    } else if (code < 0x800) {
      into[next++] = (byte) (0xc0 | (code >> 6));
      into[next++] = tail(code);
    } else if (code < 0x10000) {
      boolean half = code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
      int whole = half ? REPLACEMENT : code;
      into[next++] = (byte) (0xe0 | (whole >> 12));
      into[next++] = tail(whole >> 6);
      into[next++] = tail(whole);
    } else {
      into[next++] = (byte) (0xf0 | (code >> 18));
      into[next++] = tail(code >> 12);
      into[next++] = tail(code >> 6);
      into[next++] = tail(code);
    }
    return next;
  }

  /** Whether these bytes are well-formed UTF-8 (Unicode 3.9, table 3-7). */
  static boolean isValid(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      int first = bytes[i++];
      if (first >= 0) {
        continue;
      }
      int tails = tails(first & 0xff);
      if (tails < 0 || to - i < tails || !isSecond(first & 0xff, bytes[i] & 0xff)) {
        return false;
      }
      for (int n = 1; n < tails; n++) {
        if ((bytes[i + n] & 0xc0) != 0x80) {
          return false;
        }
      }
      i += tails;
    }
    return true;
  }

  /** How many bytes follow a first one that is no ASCII; negative where it cannot be first. */
  private static int tails(int first) {
    return first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
  }

  /** Not overlong, no surrogate, nothing over U+10FFFF. */
  private static boolean isSecond(int first, int second) {
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= least && second <= most;
  }

  private static byte tail(int bits) {
    return (byte) (0x80 | (bits & 0x3f));
  }
}
