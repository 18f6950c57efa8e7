package dev.treadle.gateway.telemetry;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.random.RandomGenerator;

/** Draws the ids of traces and spans, which are never all zeros. */
final class SpanIds implements IdGenerator {
  private final RandomGenerator random;

  /**
   * Draws from there.
   *
   * @param random for any number of threads
   */
  SpanIds(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String generateSpanId() {
    return SpanId.fromLong(notZero());
  }

  @Override
  public String generateTraceId() {
    return TraceId.fromLongs(random.nextLong(), notZero());
  }

  private long notZero() {
    long drawn = random.nextLong();
    while (drawn == 0) {
      drawn = random.nextLong();
    }
    return drawn;
  }
}
