package dev.treadle.store.redaction;

import java.util.List;
import java.util.Random;

/** Draws random characters, numbers and items; same seed, same draws. */
final class Draw {
  static final String DIGITS = "0123456789";
  static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
  static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  static final String HEX = "0123456789abcdef";
  static final String ALNUM = DIGITS + LOWER + UPPER;
  static final String URL64 = ALNUM + "_-";
  static final String BASE64 = ALNUM + "+/";
  static final String BASE32 = UPPER + "234567";

  private final Random random;

  Draw(long seed) {
    random = new Random(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  int between(int first, int last) {
    return first + random.nextInt(last - first + 1);
  }

  String of(String alphabet, int size) {
    StringBuilder out = new StringBuilder(size);
    for (int i = 0; i < size; i++) {
      out.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return out.toString();
  }

  /** As {@link #of}, but neither starts nor ends with a joint. */
  String clean(String alphabet, int size) {
    return of(ALNUM, 1) + of(alphabet, size - 2) + of(ALNUM, 1);
  }

  String digits(int size) {
    return of(DIGITS, size);
  }

  <T> T pick(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  String pick(String... items) {
    return items[random.nextInt(items.length)];
  }
}
