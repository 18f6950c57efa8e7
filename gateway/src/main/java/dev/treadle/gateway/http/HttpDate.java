package dev.treadle.gateway.http;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The {@code date} header's value, made once a second. */
final class HttpDate {
  private final InstantSource clock;
  private volatile Made made = new Made(Long.MIN_VALUE, "");

  private record Made(long second, String text) {}

  HttpDate(InstantSource clock) {
    this.clock = clock;
  }

  String now() {
    long second = Math.floorDiv(clock.millis(), 1000);
    Made last = made;
    if (last.second() != second) {
      last =
          new Made(
              second,
              DateTimeFormatter.RFC_1123_DATE_TIME.format(
                  java.time.Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC)));
      made = last;
    }
    return last.text();
  }
}
