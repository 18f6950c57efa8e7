package dev.treadle.store;

import dev.treadle.transcript.ByteWords;
import java.util.zip.CRC32C;

/**
 * The line format: the JSON object with one more, last field {@code "crc":"xxxxxxxx"}, the CRC32C
 * of every byte before {@code ,"crc":"}. A line so stays one JSON object that any tool reads.
 */
final class Line {
  private static final byte[] FIELD = {',', '"', 'c', 'r', 'c', '"', ':', '"'};
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final int DIGITS = 8;

  /** From the comma before {@code "crc"} to the closing brace. */
  static final int SUFFIX = FIELD.length + DIGITS + 2;

  private Line() {}

  /** The line of a JSON object, newline included. */
  static byte[] encode(byte[] json, int limit) {
    check(json, limit);
    int covered = json.length - 1;
    byte[] line = new byte[covered + SUFFIX + 1];
    System.arraycopy(json, 0, line, 0, covered);
    System.arraycopy(FIELD, 0, line, covered, FIELD.length);
    putHex(crc(json, 0, covered), line, covered + FIELD.length);
    line[line.length - 3] = '"';
    line[line.length - 2] = '}';
    line[line.length - 1] = '\n';
    return line;
  }

  /** Refuses what cannot be one line. */
  static void check(byte[] json, int limit) {
    if (json.length < 5 || json[0] != '{' || json[json.length - 1] != '}') {
      throw StoreError.LINE_INVALID.because(
          "a line of the log must be one JSON object with a field, without space around it");
    }
    if (json.length + SUFFIX > limit) {
      throw StoreError.LINE_TOO_LONG.because(
          "a record of "
              + json.length
              + " bytes is over the limit of "
              + limit
              + " bytes a line: put its large parts into blobs");
    }
    if (ByteWords.hasLineBreak(json)) {
      throw StoreError.LINE_INVALID.because("a line of the log must not hold a line break");
    }
  }

  /** Whether these bytes, without newline, are a line as {@link #encode} makes them. */
  static boolean isValid(byte[] buffer, int from, int length) {
    int covered = length - SUFFIX;
    if (covered < 4 || buffer[from] != '{' || buffer[from + length - 1] != '}') {
      return false;
    }
    int field = from + covered;
    for (int i = 0; i < FIELD.length; i++) {
      if (buffer[field + i] != FIELD[i]) {
        return false;
      }
    }
    byte[] expected = new byte[DIGITS];
    putHex(crc(buffer, from, covered), expected, 0);
    for (int i = 0; i < DIGITS; i++) {
      if (buffer[field + FIELD.length + i] != expected[i]) {
        return false;
      }
    }
    return buffer[from + length - 2] == '"';
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static void putHex(int value, byte[] into, int at) {
    for (int i = 0; i < DIGITS; i++) {
      into[at + i] = HEX[(value >>> (28 - 4 * i)) & 15];
    }
  }
}
