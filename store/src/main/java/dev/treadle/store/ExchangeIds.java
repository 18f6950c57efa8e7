package dev.treadle.store;

import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * Finds the exchanges that a line names, such as an example that was gathered from them: anything
 * that looks like the id of one, in any field. Taking a line too many for one is no harm.
 */
final class ExchangeIds {
  private static final int LONGEST = 64;

  private ExchangeIds() {}

  static boolean anyIn(LineScanner line, Predicate<String> wanted) {
    byte[] bytes = line.buffer();
    int end = line.start() + line.length();
    for (int i = line.start(); i + 3 < end; i++) {
      if (bytes[i] == 'x' && bytes[i + 1] == 'c' && bytes[i + 2] == '_') {
        int to = i + 3;
        while (to < end && to - i < LONGEST && isDigit(bytes[to])) {
          to++;
        }
        if (wanted.test(new String(bytes, i, to - i, StandardCharsets.US_ASCII))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isDigit(byte it) {
    return (it >= '0' && it <= '9')
        || (it >= 'A' && it <= 'Z')
        || (it >= 'a' && it <= 'z')
        || it == '_';
  }
}
