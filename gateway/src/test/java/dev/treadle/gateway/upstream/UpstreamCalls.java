package dev.treadle.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.gateway.http.Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Makes upstreams and calls them, by a clock that can be put forward. */
final class UpstreamCalls implements AutoCloseable {
  static final CallLimits LIMITS =
      new CallLimits(2, Duration.ofSeconds(5), Duration.ofSeconds(5), 1000);

  /** Nanoseconds that the clock was put forward by. */
  final AtomicLong skipped = new AtomicLong();

  final Watchdog watchdog = new Watchdog(() -> System.nanoTime() + skipped.get());

  Upstream upstream(URI url) {
    return new Upstream("up", Address.of(url), LIMITS, () -> System.nanoTime() + skipped.get());
  }

  UpstreamAnswer call(Upstream upstream, String method) throws CallFailed {
    return call(upstream, method, watchdog.watch(Duration.ofSeconds(10)), true);
  }

  UpstreamAnswer call(Upstream upstream, String method, Watch watch, boolean streams)
      throws CallFailed {
    byte[] body = method.equals("POST") ? bytes("{}") : new byte[0];
    return upstream.call(method, "/v1/x?q=1", new Headers().add("a", "b"), body, streams, watch);
  }

  String whole(Upstream upstream) throws CallFailed {
    try (UpstreamAnswer answer = call(upstream, "POST")) {
      String text = new String(answer.readAll(), StandardCharsets.UTF_8);
      answer.succeeded();
      return text;
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  void fails(Upstream upstream, Trouble trouble) {
    assertThatThrownBy(() -> whole(upstream))
        .isInstanceOfSatisfying(
            CallFailed.class, it -> assertThat(it.trouble()).isEqualTo(trouble));
    assertThat(upstream.calls()).isZero();
  }

  @Override
  public void close() {
    watchdog.close();
  }
}
