package dev.treadle.gateway.telemetry;

import dev.treadle.gateway.http.Headers;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Begins spans and has them sent to one collector, by OpenTelemetry's own SDK.
 *
 * <p>A span's place in its trace is the client's to say: a {@code traceparent} makes it a child and
 * says whether it is recorded. Without one a share of the calls is. The upstream is told this span
 * in the place of the client's, whether it is recorded or not.
 */
public final class OtlpSpans {
  private static final String TRACE_STATE = "tracestate";
  private static final int LONGEST_VALUE = 1000;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Kept, as a logger that nobody holds is forgotten and with it that it is silent. */
  private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");

  private static final TextMapGetter<Headers> READER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
          List<String> names = new ArrayList<>();
          headers.forEach((name, _) -> names.add(name));
          return names;
        }

        @Override
        public @Nullable String get(@Nullable Headers headers, String name) {
          return headers == null ? null : headers.first(name).orElse(null);
        }
      };

  static {
    // It would write a line for each failure to the console; the outlet says it now and then.
    LIBRARY.setLevel(Level.OFF);
  }

  private final W3CTraceContextPropagator propagator = W3CTraceContextPropagator.getInstance();
  private final SpanOutlet outlet;
  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final AtomicLong open = new AtomicLong();
  private volatile boolean isRetired;
  private @Nullable CompletableResultCode ending;

  /**
   * Gets ready to send; nothing is sent before the first span has ended.
   *
   * @param random for the ids of traces and spans
   * @param nanos a clock that never goes back
   */
  public OtlpSpans(
      Destination to,
      RandomGenerator random,
      LongSupplier nanos,
      SpanCounts counts,
      Complaints complaints) {
    OtlpHttpSpanExporter exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(to.address().toString())
            .setHeaders(to::headers)
            .setTimeout(TIMEOUT)
            .setConnectTimeout(TIMEOUT)
            .build();
    outlet = new SpanOutlet(exporter, TIMEOUT, nanos, counts, complaints);
    provider =
        SdkTracerProvider.builder()
            .setIdGenerator(new SpanIds(random))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(to.share())))
            .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(LONGEST_VALUE).build())
            .setResource(
                Resource.getDefault()
                    .merge(
                        Resource.create(
                            Attributes.of(
                                AttributeKey.stringKey(GenAi.SERVICE_NAME), to.serviceName()))))
            .addSpanProcessor(outlet)
            .build();
    tracer = provider.get(GenAi.SCOPE);
  }

  /**
   * Begins the span of a call.
   *
   * @param headers of the client's request: its place in a trace is read from them, and this span
   *     named there for the upstream
   */
  public OpenSpan begin(Instant start, Headers headers) {
    open.incrementAndGet();
    Context above = propagator.extract(Context.root(), headers, READER);
    Span span =
        tracer
            .spanBuilder(GenAi.SCOPE) // Its name follows when the model is known.
            .setParent(above)
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(start)
            .startSpan();
    if (span.getSpanContext().isValid()) {
      headers.remove(TRACE_STATE);
      propagator.inject(above.with(span), headers, (to, name, value) -> set(to, name, value));
    }
    return new OpenSpan(span, this);
  }

  private static void set(@Nullable Headers headers, String name, String value) {
    if (headers != null) {
      headers.set(name, value);
    }
  }

  /** A span that {@link #begin} gave is over. */
  void ended() {
    if (open.decrementAndGet() == 0 && isRetired) {
      var _ = shutDown();
    }
  }

  /** Ends with the last span that is open; begins none that is sent after that. */
  public void retire() {
    isRetired = true;
    if (open.get() == 0) {
      var _ = shutDown();
    }
  }

  /** The provider says of a second try at once that all is well, whatever comes of the first. */
  private synchronized CompletableResultCode shutDown() {
    CompletableResultCode begun = ending == null ? provider.shutdown() : ending;
    ending = begun;
    return begun;
  }

  /** Whether everything was sent or given up after {@link #retire}. */
  public synchronized boolean isOver() {
    return ending != null && ending.isDone();
  }

  /**
   * Sends what waits, and ends.
   *
   * @return how many spans were not taken in time
   */
  public long close(Duration limit) {
    var _ = shutDown().join(limit.toNanos(), TimeUnit.NANOSECONDS);
    return outlet.unsettled();
  }
}
