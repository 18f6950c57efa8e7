package dev.treadle.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of one upstream: connections, limits, the circuit breaker. */
class UpstreamTest {
  private final UpstreamCalls calls = new UpstreamCalls();

  @AfterEach
  void end() {
    calls.close();
  }

  @Test
  void asksAndKeepsTheConnectionForTheNextCall() throws IOException {
    try (Canned server = Canned.always(Canned.OK)) {
      Upstream upstream = calls.upstream(server.url("http"));

      assertThat(calls.whole(upstream)).isEqualTo("ok");
      assertThat(upstream.keptConnections()).isEqualTo(1);
      assertThat(calls.whole(upstream)).isEqualTo("ok");

      assertThat(server.connections).hasValue(1);
      assertThat(server.requests.getFirst())
          .startsWith("POST /v1/x?q=1 HTTP/1.1\r\nhost: localhost:")
          .contains("\r\na: b\r\ncontent-length: 2\r\n")
          .endsWith("\r\n\r\n{}");
      upstream.close();
      assertThat(upstream.keptConnections()).isZero();
      assertThat(upstream.calls()).isZero();
    }
  }

  @Test
  void closesConnectionsThatNobodyUsedForAWhile() throws IOException {
    try (Canned server = Canned.always(Canned.OK)) {
      Upstream upstream = calls.upstream(server.url("http"));
      calls.whole(upstream);
      calls.skipped.addAndGet(Duration.ofSeconds(31).toNanos());
      calls.whole(upstream);
      assertThat(server.connections).hasValue(2);
      calls.skipped.addAndGet(Duration.ofSeconds(31).toNanos());
      upstream.sweep();
      assertThat(upstream.keptConnections()).isZero();
    }
  }

  @Test
  void aStaleConnectionIsTriedOnceMoreOnAFreshOne() throws IOException {
    CountDownLatch both = new CountDownLatch(2);
    try (Canned server =
        new Canned(
            (number, it) -> {
              boolean _ = it.hear();
              both.countDown();
              await(both);
              it.say(Canned.OK);
              if (number < 2) { // Takes another request, and closes without a word.
                boolean _ = it.hear();
              }
            })) {
      Upstream upstream = calls.upstream(server.url("http"));
      CompletableFuture<UpstreamAnswer> one = async(upstream);
      CompletableFuture<UpstreamAnswer> other = async(upstream);
      try (UpstreamAnswer first = one.join();
          UpstreamAnswer second = other.join()) {
        assertThat(first.readAll()).hasSize(2);
        assertThat(second.readAll()).hasSize(2);
      }
      assertThat(upstream.keptConnections()).isEqualTo(2);

      assertThat(calls.whole(upstream)).isEqualTo("ok");

      assertThat(server.requests).as("one stale, one fresh").hasSize(4);
      assertThat(server.connections).hasValue(3);
    }
  }

  private CompletableFuture<UpstreamAnswer> async(Upstream upstream) {
    CompletableFuture<UpstreamAnswer> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                answer.complete(calls.call(upstream, "POST"));
              } catch (CallFailed e) {
                answer.completeExceptionally(e);
              }
            });
    return answer;
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IOException("it did not come");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aFreshConnectionThatIsClosedIsAFailure() throws IOException {
    try (Canned server =
        new Canned(
            (_, it) -> {
              boolean _ = it.hear();
            })) {
      calls.fails(calls.upstream(server.url("http")), Trouble.UPSTREAM_CUT);
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void tellsThatNobodyListens() throws IOException {
    URI nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://localhost:" + socket.getLocalPort());
    }
    Upstream upstream = calls.upstream(nobody);
    assertThatThrownBy(() -> calls.whole(upstream))
        .isInstanceOfSatisfying(
            CallFailed.class, it -> assertThat(it.trouble()).isEqualTo(Trouble.CONNECT_FAILED))
        .hasMessageContaining("up at localhost:" + nobody.getPort());
    assertThat(upstream.calls()).isZero();
    calls.fails(calls.upstream(URI.create("http://nowhere.invalid")), Trouble.CONNECT_FAILED);
  }

  @Test
  void callsOverTheLimitWaitAndThenFail() throws Exception {
    try (Canned server = Canned.always(Canned.OK)) {
      Upstream upstream = calls.upstream(server.url("http"));
      UpstreamAnswer first = calls.call(upstream, "POST");
      UpstreamAnswer second = calls.call(upstream, "POST");
      assertThat(upstream.calls()).isEqualTo(2);
      assertThatThrownBy(
              () -> calls.call(upstream, "POST", calls.watchdog.watch(Duration.ofMillis(50)), true))
          .isInstanceOfSatisfying(
              CallFailed.class,
              it -> assertThat(it.trouble()).isIn(Trouble.SATURATED, Trouble.DEADLINE));

      CompletableFuture<UpstreamAnswer> waiting = async(upstream);
      assertThat(waiting).isNotDone();
      first.close();
      waiting.get(10, TimeUnit.SECONDS).close();
      second.close();
      second.close();
      assertThat(upstream.calls()).isZero();
    }
  }

  @Test
  void silenceBeforeTheHeadEndsTheAttemptAndSilenceAfterContentToo() throws IOException {
    try (Canned server =
        new Canned(
            (number, it) -> {
              boolean _ = it.hear();
              if (number > 0) {
                it.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok");
              }
              it.whileOpen(() -> calls.skipped.addAndGet(Duration.ofSeconds(6).toNanos()));
            })) {
      Upstream upstream = calls.upstream(server.url("http"));
      Watch watch = calls.watchdog.watch(Duration.ofHours(1));
      assertThatThrownBy(() -> calls.call(upstream, "POST", watch, true))
          .isInstanceOfSatisfying(
              CallFailed.class,
              it -> assertThat(it.trouble()).isEqualTo(Trouble.FIRST_CONTENT_TIMEOUT));
      try (UpstreamAnswer answer = calls.call(upstream, "POST", watch, false)) {
        assertThatThrownBy(answer::readAll)
            .isInstanceOfSatisfying(
                CallFailed.class, it -> assertThat(it.trouble()).isEqualTo(Trouble.STALLED));
      }
      assertThat(upstream.calls()).isZero();
      calls.watchdog.release(watch);
      assertThat(calls.watchdog.calls()).isZero();
    }
  }

  @Test
  void aCallThatEndsMeanwhileIsCutUnderItsReader() throws IOException {
    Watch watch = calls.watchdog.watch(Duration.ofMinutes(1));
    try (Canned server =
        new Canned(
            (_, it) -> {
              boolean _ = it.hear();
              watch.end(Trouble.CLIENT_GONE);
              assertThat(it.hear()).as("the connection is closed").isFalse();
            })) {
      Upstream upstream = calls.upstream(server.url("http"));
      assertThatThrownBy(() -> calls.call(upstream, "POST", watch, false))
          .isInstanceOfSatisfying(
              CallFailed.class, it -> assertThat(it.trouble()).isEqualTo(Trouble.CLIENT_GONE));
      assertThatThrownBy(() -> calls.call(upstream, "POST", watch, false))
          .isInstanceOf(CallFailed.class);
      assertThat(upstream.calls()).isZero();
      assertThat(watch.pause(Duration.ofMinutes(1))).isFalse();
    }
  }

  @Test
  void theDeadlineEndsACallThatSaysNothing() throws IOException {
    try (Canned server =
        new Canned(
            (_, it) -> {
              boolean _ = it.hear();
              boolean _ = it.hear();
            })) {
      Upstream upstream = calls.upstream(server.url("http"));
      Watch watch = calls.watchdog.watch(Duration.ofMillis(100));
      assertThatThrownBy(() -> calls.call(upstream, "POST", watch, false))
          .isInstanceOfSatisfying(
              CallFailed.class, it -> assertThat(it.trouble()).isEqualTo(Trouble.DEADLINE));
    }
  }

  @Test
  void failuresInARowOpenTheBreakerAndOneAnswerClosesIt() throws IOException {
    try (Canned server =
        new Canned(
            (number, it) -> {
              boolean _ = it.hear();
              if (number >= Breaker.FAILURES) {
                it.say(Canned.OK);
              }
            })) {
      Upstream upstream = calls.upstream(server.url("http"));
      for (int i = 0; i < Breaker.FAILURES; i++) {
        calls.fails(upstream, Trouble.UPSTREAM_CUT);
      }
      assertThat(upstream.breakerState()).isEqualTo("open");
      calls.fails(upstream, Trouble.BREAKER_OPEN);
      assertThat(server.connections).hasValue(Breaker.FAILURES);
      calls.skipped.addAndGet(Breaker.SHORTEST.toNanos());
      assertThat(calls.whole(upstream)).isEqualTo("ok");
      assertThat(upstream.breakerState()).isEqualTo("closed");
    }
  }

  @Test
  void anAnswerThatNobodyJudgedLeavesTheBreakerOpenForAnotherTry() throws IOException {
    try (Canned server =
        new Canned(
            (number, it) -> {
              boolean _ = it.hear();
              if (number >= Breaker.FAILURES) {
                it.say(Canned.OK);
              }
            })) {
      Upstream upstream = calls.upstream(server.url("http"));
      for (int i = 0; i < Breaker.FAILURES; i++) {
        calls.fails(upstream, Trouble.UPSTREAM_CUT);
      }
      calls.skipped.addAndGet(Breaker.SHORTEST.toNanos());
      calls.call(upstream, "POST").close();
      assertThat(upstream.breakerState()).isEqualTo("open");
      assertThat(calls.whole(upstream)).isEqualTo("ok");
    }
  }
}
