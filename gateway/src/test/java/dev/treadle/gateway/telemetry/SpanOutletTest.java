package dev.treadle.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The queue in front of a collector that takes its time, or takes nothing. */
class SpanOutletTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final Slow exporter = new Slow();
  private final SpanCounts counts = new SpanCounts();
  private final List<String> complaints = new ArrayList<>();
  private final AtomicLong now = new AtomicLong(7);
  private final SpanOutlet outlet =
      new SpanOutlet(
          exporter,
          Duration.ofMinutes(1),
          now::get,
          counts,
          (event, fields) -> complaints.add(event + fields.get("why")));
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(outlet).build();
  private final Tracer tracer = provider.get("test");

  /** An exporter whose requests are answered when the test says so. */
  private static final class Slow implements SpanExporter {
    private final LinkedBlockingQueue<CompletableResultCode> requests = new LinkedBlockingQueue<>();

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      CompletableResultCode result = new CompletableResultCode();
      requests.add(result);
      return result;
    }

    CompletableResultCode next() throws InterruptedException {
      CompletableResultCode next = requests.poll(10, TimeUnit.SECONDS);
      assertThat(next).isNotNull();
      return next;
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  private void end(int spans) {
    for (int i = 0; i < spans; i++) {
      tracer.spanBuilder("span").startSpan().end();
    }
  }

  @Test
  void dropsAndCountsWhatHasNoPlace() throws InterruptedException {
    end(SpanOutlet.PLACES + 10);

    assertThat(counts.dropped()).isEqualTo(10);
    assertThat(outlet.unsettled()).isEqualTo(SpanOutlet.PLACES);
    assertThat(complaints).hasSize(1).first().asString().contains("2048 spans wait");

    for (int batch = 0; batch < 4; batch++) {
      exporter.next().succeed();
    }
    end(1);
    var closed = provider.shutdown();
    exporter.next().succeed();
    assertThat(closed.join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
    assertThat(counts.exported()).isEqualTo(SpanOutlet.PLACES + 1);
    assertThat(counts.failed()).isZero();
    assertThat(counts.dropped()).isEqualTo(10);
    assertThat(outlet.unsettled()).isZero();
  }

  @Test
  void complainsOnceAMinute() throws InterruptedException {
    for (int batch = 0; batch < 3; batch++) {
      end(SpanOutlet.BATCH);
      exporter.next().failExceptionally(new IllegalStateException("away"));
    }
    now.addAndGet(MINUTE);
    end(1);
    var closed = provider.shutdown();
    exporter.next().fail();

    assertThat(closed.join(10, TimeUnit.SECONDS).isDone()).isTrue();
    assertThat(counts.failed()).isEqualTo(3L * SpanOutlet.BATCH + 1);
    assertThat(complaints)
        .containsExactly("spans_lostaway", "spans_lostthe collector did not take them");
  }
}
