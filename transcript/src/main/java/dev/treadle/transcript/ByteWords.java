package dev.treadle.transcript;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks for bytes eight at a time, each eight in a word whose lowest byte is the first ("SWAR":
 * Warren, Hacker's Delight, 6-1). What these methods give has the high bit set in the bytes that
 * were looked for: for certain in the lowest one, above it perhaps in others too.
 */
public final class ByteWords {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGHS = ONES << 7;

  private ByteWords() {}

  /** The eight bytes from {@code index} on. */
  static long at(byte[] bytes, int index) {
    return (long) WORDS.get(bytes, index);
  }

  /** Those that are this ASCII character. */
  static long equal(long word, char ascii) {
    long zeros = word ^ (ONES * ascii);
    return (zeros - ONES) & ~zeros & HIGHS;
  }

  /** Those that are control characters. */
  static long controls(long word) {
    return (word - ONES * ' ') & ~word & HIGHS;
  }

  /** Those that are no ASCII. */
  static long wide(long word) {
    return word & HIGHS;
  }

  /** Which byte of the word is the first of what was found, from 0 on. */
  static int first(long found) {
    return Long.numberOfTrailingZeros(found) >>> 3;
  }

  /**
   * The first place from {@code from} on, and before {@code to}, of this ASCII character; or -1.
   */
  public static int indexOf(byte[] bytes, int from, int to, char ascii) {
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long found = equal(at(bytes, i), ascii);
      if (found != 0) {
        return i + first(found);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == ascii) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a line feed or a carriage return is among these bytes. */
  public static boolean hasLineBreak(byte[] bytes) {
    int i = 0;
    for (; i + Long.BYTES <= bytes.length; i += Long.BYTES) {
      if (controls(at(bytes, i)) != 0 && hasLineBreak(bytes, i, i + Long.BYTES)) {
        return true;
      }
    }
    return hasLineBreak(bytes, i, bytes.length);
  }

  private static boolean hasLineBreak(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        return true;
      }
    }
    return false;
  }
}
