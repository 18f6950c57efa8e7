package dev.treadle.curation;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleId;
import java.time.Instant;
import java.util.Comparator;

/**
 * Which of several alike examples stays: the one that was said first, then the one with the smaller
 * id.
 */
record Seniority(Instant time, ExampleId id) implements Comparable<Seniority> {
  private static final Comparator<Seniority> ORDER =
      Comparator.comparing(Seniority::time).thenComparing(Seniority::id);

  static Seniority of(Example example) {
    return new Seniority(
        example.header().source().time().orElse(Instant.MAX), example.header().id());
  }

  @Override
  public int compareTo(Seniority other) {
    return ORDER.compare(this, other);
  }

  /** A text that sorts as this does and from which the id can be read again. */
  String key() {
    long millis = time.equals(Instant.MAX) ? Long.MAX_VALUE : Math.max(0, time.toEpochMilli());
    return "%019d".formatted(millis) + id.value();
  }

  static ExampleId idOf(String key) {
    return new ExampleId(key.substring(19));
  }
}
