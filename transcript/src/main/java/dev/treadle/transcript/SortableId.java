package dev.treadle.transcript;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Names that sort by time: a prefix and 26 digits of Crockford's base 32, which are 48 bits of
 * milliseconds and 80 random ones (the form of a ULID).
 */
final class SortableId {
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J',
    'K', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z'
  };
  private static final int TIME_DIGITS = 10;
  private static final int HALF = 8;

  private SortableId() {}

  static String of(String prefix, Instant time, RandomGenerator random) {
    byte[] digits = new byte[TIME_DIGITS + 2 * HALF];
    put(time.toEpochMilli(), digits, 0, TIME_DIGITS);
    put(random.nextLong(), digits, TIME_DIGITS, HALF);
    put(random.nextLong(), digits, TIME_DIGITS + HALF, HALF);
    return prefix + new String(digits, StandardCharsets.ISO_8859_1);
  }

  private static void put(long bits, byte[] into, int at, int count) {
    for (int i = 0; i < count; i++) {
      into[at + i] = DIGITS[(int) (bits >>> (5 * (count - 1 - i))) & 31];
    }
  }

  /** Refuses what cannot be a name: it must begin with the prefix and hold letters and digits. */
  static void check(String prefix, String id) {
    boolean right = id.startsWith(prefix) && id.length() > prefix.length();
    for (int i = prefix.length(); right && i < id.length(); i++) {
      char c = id.charAt(i);
      right =
          (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    }
    if (!right) {
      throw new IllegalArgumentException(
          "an id here is " + prefix + " and letters or digits, not '" + id + "'");
    }
  }
}
