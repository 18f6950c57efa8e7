package dev.treadle.transcript;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * Bytes of one JSON object as they are written, in a buffer that serves the next one too. It writes
 * what it is told to and checks nothing; a text's unpaired surrogates become U+FFFD.
 */
final class JsonBytes {
  private static final int FIRST = 4 << 10;
  private static final int KEPT = 1 << 20;
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final int LONGEST_NUMBER = 20;

  /** Of a long. */
  private static final int MOST_DIGITS = 19;

  private static final long SECONDS_OF_DAY = 86_400;

  private byte[] buffer = new byte[FIRST];
  private int length;
  private long dayWritten = Long.MIN_VALUE;
  private byte[] dayText = {};

  void clear() {
    length = 0;
    if (buffer.length > KEPT) {
      buffer = new byte[FIRST];
    }
  }

  int length() {
    return length;
  }

  /** Takes back everything from there on. */
  void truncate(int to) {
    length = to;
  }

  byte[] copy() {
    return Arrays.copyOf(buffer, length);
  }

  private void need(int more) {
    if (buffer.length - length < more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
    }
  }

  void put(char ascii) {
    need(1);
    buffer[length++] = (byte) ascii;
  }

  void put(byte[] bytes) {
    put(bytes, 0, bytes.length);
  }

  void put(byte[] bytes, int from, int count) {
    need(count);
    System.arraycopy(bytes, from, buffer, length, count);
    length += count;
  }

  /** A text in quotes. */
  void text(String text) {
    int chars = text.length();
    need(chars + 2);
    buffer[length++] = '"';
    int i = 0;
    while (i < chars) {
      char c = text.charAt(i);
      if (c >= 0x80 || c < 0x20 || c == '"' || c == '\\') {
        break;
      }
      buffer[length++] = (byte) c;
      i++;
    }
    while (i < chars) {
      i += character(text, i);
    }
    put('"');
  }

  private int character(String text, int at) {
    need(6);
    int c = text.codePointAt(at);
    if (c < 0x80) {
      ascii(c);
    } else {
      length = Utf8.put(c, buffer, length);
    }
    return Character.charCount(c);
  }

  private void ascii(int c) {
    switch (c) {
      case '"', '\\' -> escape(c);
      case '\n' -> escape('n');
      case '\r' -> escape('r');
      case '\t' -> escape('t');
      default -> {
        if (c >= 0x20) {
          buffer[length++] = (byte) c;
        } else {
          escape('u');
          buffer[length++] = '0';
          buffer[length++] = '0';
          buffer[length++] = HEX[c >> 4];
          buffer[length++] = HEX[c & 15];
        }
      }
    }
  }

  private void escape(int letter) {
    buffer[length++] = '\\';
    buffer[length++] = (byte) letter;
  }

  void number(long value) {
    if (value == Long.MIN_VALUE) {
      raw(Long.toString(value));
      return;
    }
    need(LONGEST_NUMBER);
    if (value < 0) {
      buffer[length++] = '-';
    }
    digits(Math.abs(value), 1);
  }

  /** Decimal digits, with zeros in front to make them at least so many. */
  private void digits(long value, int atLeast) {
    need(LONGEST_NUMBER);
    int count = Math.max(atLeast, digitsOf(value));
    int i = length + count - 1;
    long large = value;
    for (; large > Integer.MAX_VALUE; i--) {
      buffer[i] = (byte) ('0' + large % 10);
      large /= 10;
    }
    int rest = (int) large; // Division takes half as long here.
    for (; i >= length; i--) {
      buffer[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
  }

  private static int digitsOf(long value) {
    int count = 1;
    for (long least = 10; value >= least && count < MOST_DIGITS; least *= 10) {
      count++;
    }
    return count;
  }

  /** What is ASCII and needs no quotes. */
  void raw(String ascii) {
    need(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      buffer[length++] = (byte) ascii.charAt(i);
    }
  }

  /** Milliseconds, with as many decimals as it takes. */
  void millis(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos < 0) {
      put('-');
      nanos = -nanos;
    }
    number(nanos / 1_000_000);
    fraction((int) (nanos % 1_000_000), 6);
  }

  private void fraction(int value, int places) {
    if (value == 0) {
      return;
    }
    put('.');
    digits(value, places);
    while (buffer[length - 1] == '0') {
      length--;
    }
  }

  /** As {@link Instant#toString}, in quotes. */
  void time(Instant time) {
    long day = Math.floorDiv(time.getEpochSecond(), SECONDS_OF_DAY);
    if (day != dayWritten) {
      dayText = LocalDate.ofEpochDay(day).toString().getBytes(StandardCharsets.US_ASCII);
      dayWritten = day;
    }
    int second = (int) Math.floorMod(time.getEpochSecond(), SECONDS_OF_DAY);
    put('"');
    put(dayText);
    put('T');
    digits(second / 3600, 2);
    put(':');
    digits(second / 60 % 60, 2);
    put(':');
    digits(second % 60, 2);
    int nanos = time.getNano();
    if (nanos != 0) {
      put('.');
      if (nanos % 1_000_000 == 0) {
        digits(nanos / 1_000_000, 3);
      } else if (nanos % 1000 == 0) {
        digits(nanos / 1000, 6);
      } else {
        digits(nanos, 9);
      }
    }
    put('Z');
    put('"');
  }
}
