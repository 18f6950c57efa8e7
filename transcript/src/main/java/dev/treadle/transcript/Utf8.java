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

  /**
   * Whether these bytes have the form of UTF-8: each first byte is followed by as many others as it
   * announces. Overlong forms and halves of surrogate pairs pass: some servers write them.
   */
  static boolean isFormed(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      int tails = tails(bytes[i++] & 0xff);
      if (tails < 0 || to - i < tails) {
        return false;
      }
      for (int n = 0; n < tails; n++) {
        if ((bytes[i + n] & 0xc0) != 0x80) {
          return false;
        }
      }
      i += tails;
    }
    return true;
  }

  /** How many bytes follow a first one; negative where it cannot be first. */
  private static int tails(int first) {
    return first < 0x80
        ? 0
        : first < 0xc0 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf8 ? 3 : -1;
  }

  private static byte tail(int bits) {
    return (byte) (0x80 | (bits & 0x3f));
  }
}
