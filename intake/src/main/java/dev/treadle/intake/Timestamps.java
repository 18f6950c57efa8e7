package dev.treadle.intake;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Reads the times that tools write, ISO 8601 in UTC; one form is so common that it is read without
 * a parser.
 */
final class Timestamps {
  /** {@code 2026-11-20T08:00:00.123Z}. */
  private static final String COMMON = "dddd-dd-ddTdd:dd:dd.dddZ";

  private Timestamps() {}

  static Optional<Instant> read(String text) {
    if (!isCommon(text)) {
      try {
        return Optional.of(Instant.parse(text));
      } catch (DateTimeParseException e) {
        return Optional.empty();
      }
    }
    try {
      long day =
          LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)).toEpochDay();
      int hour = number(text, 11, 13);
      int minute = number(text, 14, 16);
      int second = number(text, 17, 19);
      if (hour > 23 || minute > 59 || second > 59) {
        return Optional.empty();
      }
      long seconds = day * 86_400 + hour * 3_600L + minute * 60L + second;
      return Optional.of(Instant.ofEpochSecond(seconds, number(text, 20, 23) * 1_000_000L));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static boolean isCommon(String text) {
    if (text.length() != COMMON.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char want = COMMON.charAt(i);
      char is = text.charAt(i);
      if (want == 'd' ? is < '0' || is > '9' : is != want) {
        return false;
      }
    }
    return true;
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + text.charAt(i) - '0';
    }
    return number;
  }
}
