package dev.treadle.gateway;

import dev.treadle.gateway.telemetry.Destination;
import dev.treadle.gateway.telemetry.OtlpSpans;
import dev.treadle.gateway.telemetry.SpanCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether calls are told to a collector, and what became of their spans. */
final class Telemetry {
  /** How long the end of the gateway waits for the collector. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private final Surroundings surroundings;
  private final SpanCounts counts = new SpanCounts();
  private Optional<TelemetrySettings> settings = Optional.empty();
  private volatile @Nullable OtlpSpans spans;

  /** Those of earlier settings that may still have something to send. */
  private final List<OtlpSpans> retired = new ArrayList<>();

  Telemetry(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Where the span of a call that begins now comes from; null where calls are not told. */
  @Nullable OtlpSpans spans() {
    return spans;
  }

  void gauges(GatewayMetrics metrics) {
    metrics.gauge("treadle.spans.exported", "Spans that the collector took", counts::exported);
    metrics.gauge("treadle.spans.failed", "Spans that the collector did not take", counts::failed);
    metrics.gauge("treadle.spans.dropped", "Spans not sent, as too many waited", counts::dropped);
  }

  /** From the next call on; spans that are open end where they began. */
  synchronized void change(Optional<TelemetrySettings> to) {
    if (to.equals(settings)) {
      return;
    }
    OtlpSpans before = spans;
    spans = to.map(this::begin).orElse(null);
    settings = to;
    retired.removeIf(OtlpSpans::isOver);
    if (before != null) {
      before.retire();
      retired.add(before);
    }
  }

  private OtlpSpans begin(TelemetrySettings to) {
    Map<String, String> headers = new LinkedHashMap<>();
    to.headers().forEach((name, value) -> headers.put(name, value.value()));
    return new OtlpSpans(
        new Destination(to.address(), headers, to.sample(), to.serviceName()),
        new SharedRandom(surroundings.random().nextLong()),
        surroundings.nanos(),
        counts,
        (event, fields) -> surroundings.log().say(EventLog.Level.WARNING, event, fields));
  }

  /** Sends what waits, for a short while. */
  synchronized void close() {
    OtlpSpans last = spans;
    spans = null;
    settings = Optional.empty();
    if (last != null) {
      retired.add(last);
    }
    long until = surroundings.nanos().getAsLong() + LAST_WORDS.toNanos();
    long unsent = 0;
    for (OtlpSpans it : retired) {
      long left = Math.max(0, until - surroundings.nanos().getAsLong());
      unsent += it.close(Duration.ofNanos(left));
    }
    retired.clear();
    if (unsent > 0) {
      surroundings.log().say(EventLog.Level.WARNING, "spans_unsent", Map.of("spans", unsent));
    }
  }
}
