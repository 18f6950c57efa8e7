package dev.treadle.gateway.telemetry;

import java.util.concurrent.atomic.AtomicLong;

/** What became of spans since the start. */
public final class SpanCounts {
  final AtomicLong exportedSpans = new AtomicLong();
  final AtomicLong failedSpans = new AtomicLong();
  final AtomicLong droppedSpans = new AtomicLong();

  /** Those that the collector took. */
  public long exported() {
    return exportedSpans.get();
  }

  /** Those that the collector did not take. */
  public long failed() {
    return failedSpans.get();
  }

  /** Those that were not sent, as too many waited. */
  public long dropped() {
    return droppedSpans.get();
  }
}
