package dev.treadle.gateway.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bounded way of spans to their exporter: who ends one never waits.
 *
 * <p>The SDK's batch processor drops spans when its queue is full, and tells nobody but a meter of
 * the SDK's own. Here those that are not settled yet are counted in front of it, with as many
 * places as its queue has: so that queue is never full, and what is dropped is known.
 */
final class SpanOutlet implements SpanProcessor {
  static final int PLACES = 2048;
  static final int BATCH = 512;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int LONGEST_REASON = 300;

  private final BatchSpanProcessor batches;
  private final LongSupplier nanos;
  private final SpanCounts counts;
  private final Complaints complaints;
  private final AtomicLong unsettled = new AtomicLong();
  private final AtomicLong saidAt;

  /** The exporter, listened to. */
  private final class Heard implements SpanExporter {
    private final SpanExporter exporter;

    Heard(SpanExporter exporter) {
      this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      int count = spans.size(); // The collection is emptied and used again.
      CompletableResultCode result = exporter.export(spans);
      return result.whenComplete(() -> settled(count, result));
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }

  SpanOutlet(
      SpanExporter exporter,
      Duration timeout,
      LongSupplier nanos,
      SpanCounts counts,
      Complaints complaints) {
    this.nanos = nanos;
    this.counts = counts;
    this.complaints = complaints;
    this.saidAt = new AtomicLong(nanos.getAsLong() - QUIET_NANOS);
    this.batches =
        BatchSpanProcessor.builder(new Heard(exporter))
            .setMaxQueueSize(PLACES)
            .setMaxExportBatchSize(BATCH)
            .setScheduleDelay(PAUSE)
            // A little more than the exporter takes itself, which then says what was wrong.
            .setExporterTimeout(timeout.multipliedBy(2))
            .build();
  }

  @Override
  public void onStart(Context above, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (!span.getSpanContext().isSampled()) {
      return;
    }
    if (unsettled.incrementAndGet() > PLACES) {
      unsettled.decrementAndGet();
      counts.droppedSpans.incrementAndGet();
      complain("more than " + PLACES + " spans wait for the collector");
      return;
    }
    batches.onEnd(span);
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  private void settled(int count, CompletableResultCode result) {
    unsettled.addAndGet(-count);
    if (result.isSuccess()) {
      counts.exportedSpans.addAndGet(count);
    } else {
      counts.failedSpans.addAndGet(count);
      complain(reason(result.getFailureThrowable()));
    }
  }

  private static String reason(@Nullable Throwable why) {
    if (why == null) {
      return "the collector did not take them";
    }
    if (why instanceof FailedExportException.HttpExportException failed
        && failed.getResponse() != null) {
      return "the collector answered " + failed.getResponse().getStatusCode();
    }
    Throwable cause = why;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String said = String.valueOf(cause.getMessage() == null ? cause : cause.getMessage());
    return said.substring(0, Math.min(said.length(), LONGEST_REASON));
  }

  /** Once a minute at most: a collector that is away is no reason to fill a log. */
  private void complain(String why) {
    long now = nanos.getAsLong();
    long last = saidAt.get();
    if (now - last >= QUIET_NANOS && saidAt.compareAndSet(last, now)) {
      complaints.say(
          "spans_lost", Map.of("why", why, "failed", counts.failed(), "dropped", counts.dropped()));
    }
  }

  /** How many spans have ended and are neither taken nor lost. */
  long unsettled() {
    return unsettled.get();
  }

  @Override
  public CompletableResultCode forceFlush() {
    return batches.forceFlush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return batches.shutdown();
  }
}
