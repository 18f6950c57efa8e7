package dev.treadle.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Answers under way: streams, limits of time, clients that leave, the server's end. */
class AnswersTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final Duration SOON = Duration.ofSeconds(10);

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(SOON.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("it did not come");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static Desk streaming(String... pieces) {
    return new Desk(
        (_, answer) ->
            answer.stream(
                200,
                new Headers(),
                out -> {
                  for (String piece : pieces) {
                    out.write(Desk.bytes(piece));
                    out.flush();
                  }
                }));
  }

  @Test
  void streamsInChunksAndKeepsTheConnection() throws IOException {
    try (HttpServer server = streaming("ab", "cde").serve();
        Line line = new Line(server)) {
      line.say(GET);
      assertThat(line.head()).contains("transfer-encoding: chunked");
      line.say("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      assertThat(line.rest())
          .startsWith("2\r\nab\r\n3\r\ncde\r\n0\r\n\r\nHTTP/1.1 200")
          .endsWith("0\r\n\r\n");
    }
  }

  @Test
  void streamsToHttp10UntilItCloses() throws IOException {
    try (HttpServer server = streaming("ab", "cde").serve();
        Line line = new Line(server)) {
      line.say("GET / HTTP/1.0\r\n\r\n");
      assertThat(line.rest()).doesNotContain("chunked").endsWith("\r\n\r\nabcde");
    }
  }

  @Test
  void streamsNothingWhereAnAnswerHasNoBody() throws IOException {
    Desk desk =
        new Desk(
            (request, answer) ->
                answer.stream(
                    Integer.parseInt(request.path().substring(1)),
                    new Headers(),
                    out -> out.write(Desk.bytes("body"))));
    try (HttpServer server = desk.serve();
        Line line = new Line(server)) {
      line.say("HEAD /200 HTTP/1.1\r\nHost: h\r\n\r\n");
      line.say("DELETE /204 HTTP/1.1\r\nHost: h\r\n\r\n");
      line.say("GET /304 HTTP/1.1\r\nHost: h\r\n\r\n");
      line.say("GET /200 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      for (int status : new int[] {200, 204, 304}) {
        assertThat(line.head()).startsWith("HTTP/1.1 " + status).doesNotContain("chunked");
      }
      assertThat(line.rest()).startsWith("HTTP/1.1 200").endsWith("4\r\nbody\r\n0\r\n\r\n");
    }
  }

  @Test
  void aFailureBeforeTheAnswerIsA500AndToldToTheLog() throws IOException {
    Desk desk =
        new Desk(
            (_, _) -> {
              throw new IllegalStateException("oh");
            });
    try (HttpServer server = desk.serve();
        Line line = new Line(server)) {
      line.say(GET);
      assertThat(line.rest()).startsWith("HTTP/1.1 500");
      assertThat(desk.failures).hasSize(1).first().asString().contains("oh");
    }
  }

  @Test
  void aFailureInTheMiddleLeavesTheAnswerWithoutItsEnd() throws IOException {
    Desk desk =
        new Desk(
            (_, answer) ->
                answer.stream(
                    200,
                    new Headers(),
                    out -> {
                      out.write(Desk.bytes("half"));
                      out.flush();
                      throw new IllegalStateException("oh");
                    }));
    try (HttpServer server = desk.serve();
        Line line = new Line(server)) {
      line.say(GET);
      assertThat(line.rest()).endsWith("4\r\nhalf\r\n");
      assertThat(Desk.comesTo(server, 0)).isTrue();
    }
  }

  @Test
  void closesWhoComesOverTheLimitOfConnections() throws IOException {
    try (HttpServer server = Desk.echo().serve()) {
      Line first = new Line(server);
      try (Line second = new Line(server);
          Line third = new Line(server);
          Line fourth = new Line(server)) {
        first.say(GET).answer();
        assertThat(Desk.comesTo(server, 4)).isTrue();
        try (Line tooMany = new Line(server)) {
          assertThat(tooMany.rest()).isEmpty();
        }
        first.close();
        assertThat(Desk.comesTo(server, 3)).isTrue();
        try (Line next = new Line(server)) {
          assertThat(next.say(GET).answer()).startsWith("HTTP/1.1 200");
        }
        assertThat(second.say(GET).answer()).isNotEmpty();
        assertThat(third.say(GET).answer()).isNotEmpty();
        assertThat(fourth.say(GET).answer()).isNotEmpty();
      }
    }
  }

  @Test
  void closesRefusedConnections() throws IOException {
    AtomicLong nanos = new AtomicLong();
    try (HttpServer server = Desk.echo().serve(Desk.limits(), nanos::get);
        Line refused = new Line(server)) {
      refused.say("nonsense\r\n\r\n").answer();

      // It has five seconds from when the server has said all, which is after it was read here.
      assertThat(Desk.comesTo(server, 0, () -> nanos.addAndGet(Duration.ofSeconds(1).toNanos())))
          .isTrue();
      assertThat(nanos.get()).isGreaterThanOrEqualTo(Duration.ofSeconds(5).toNanos());
    }
  }

  @Test
  void closesIdleAndSlowConnections() throws IOException {
    AtomicLong nanos = new AtomicLong();
    try (HttpServer server = Desk.echo().serve(Desk.limits(), nanos::get);
        Line idle = new Line(server);
        Line slow = new Line(server)) {
      idle.say(GET).answer();
      slow.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");
      slow.head();

      nanos.addAndGet(Duration.ofSeconds(59).toNanos());
      assertThat(Desk.comesTo(server, 2)).isTrue();
      slow.say("some");
      idle.say(GET).answer();
      nanos.addAndGet(Duration.ofSeconds(2).toNanos());
      assertThat(slow.rest()).isEmpty();
      assertThat(idle.say(GET).answer()).startsWith("HTTP/1.1 200");
      // It is idle from when the server has said all, which is after it was read here.
      assertThat(Desk.comesTo(server, 0, () -> nanos.addAndGet(Duration.ofSeconds(61).toNanos())))
          .isTrue();
      assertThat(idle.rest()).isEmpty();
    }
  }

  @Test
  void tellsWhoAnswersThatTheClientIsGone() throws Exception {
    CompletableFuture<HttpAnswer.Departure> gone = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Desk desk =
        new Desk(
            (_, answer) -> {
              answer.onClientGone(gone::complete);
              asked.countDown();
              await(over);
            });
    try (HttpServer server = desk.serve()) {
      try (Line line = new Line(server)) {
        line.say(GET);
        await(asked);
      }
      assertThat(gone.get(10, TimeUnit.SECONDS)).isEqualTo(HttpAnswer.Departure.GONE);
      over.countDown();
      assertThat(Desk.comesTo(server, 0)).isTrue();
    }
  }

  @Test
  void tellsWhoAnswersThatTheClientTakesNothing() throws Exception {
    AtomicLong nanos = new AtomicLong();
    CompletableFuture<HttpAnswer.Departure> gone = new CompletableFuture<>();
    byte[] much = new byte[1 << 20];
    Desk desk =
        new Desk(
            (_, answer) -> {
              answer.onClientGone(gone::complete);
              answer.stream(
                  200,
                  new Headers(),
                  out -> {
                    while (!gone.isDone()) {
                      out.write(much);
                    }
                  });
            });
    try (HttpServer server = desk.serve(Desk.limits(), nanos::get);
        Line line = new Line(server, 4096)) {
      line.say(GET).head();
      while (!gone.isDone()) { // How much the system buffers is its own business.
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
      }
      assertThat(gone.get()).isEqualTo(HttpAnswer.Departure.STUCK);
      assertThat(Desk.comesTo(server, 0)).isTrue();
    }
  }

  @Test
  @SuppressWarnings("try") // Closing early is what is tested.
  void lookingWhetherAClientIsThereLosesNothingThatItSends() throws IOException {
    try (ServerSocket listener = new ServerSocket(0);
        ClientSocket socket = new ClientSocket(System::nanoTime);
        Socket other = connected(listener, socket)) {
      assertThat(socket.isGone()).isFalse();
      other.getOutputStream().write(Desk.bytes("abc"));
      assertThat(socket.isGone()).isFalse();
      assertThat(socket.isGone()).isFalse();
      assertThat(socket.getInputStream().readNBytes(3)).asString().isEqualTo("abc");
      other.shutdownOutput();
      assertThat(socket.isGone()).isTrue();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  private static Socket connected(ServerSocket listener, ClientSocket socket) throws IOException {
    socket.connect(listener.getLocalSocketAddress());
    return listener.accept();
  }

  @Test
  void drainsStreamsAndHalfRequestsButNoIdleConnections() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Desk desk =
        new Desk(
            (request, answer) ->
                answer.stream(
                    200,
                    new Headers(),
                    out -> {
                      out.write(Desk.bytes("begin" + Desk.text(request.body())));
                      out.flush();
                      if (request.method().equals("GET")) {
                        first.countDown();
                        await(goOn);
                      }
                      out.write(Desk.bytes("end"));
                    }));
    try (HttpServer server = desk.serve();
        Line idle = new Line(server);
        Line half = new Line(server);
        Line stream = new Line(server)) {
      half.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      half.head();
      stream.say(GET);
      await(first);
      CompletableFuture<Boolean> whole =
          CompletableFuture.supplyAsync(
              () -> server.drain(Duration.ofSeconds(20)),
              task -> Thread.ofPlatform().daemon().start(task));

      assertThat(idle.rest()).isEmpty();
      awaitRefusal(server);
      half.say("ab");
      assertThat(half.rest())
          .contains("connection: close")
          .endsWith("7\r\nbeginab\r\n3\r\nend\r\n0\r\n\r\n");
      assertThat(whole).isNotDone();
      goOn.countDown();
      assertThat(stream.rest()).endsWith("5\r\nbegin\r\n3\r\nend\r\n0\r\n\r\n");
      assertThat(whole.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(server.connections()).isZero();
    }
  }

  /** A connection that was just accepted may end a moment before the listener does. */
  private static void awaitRefusal(HttpServer server) throws IOException {
    long limit = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (System.nanoTime() < limit) {
      try (Line _ = new Line(server)) {
        Thread.onSpinWait();
      } catch (ConnectException e) {
        return;
      }
    }
    throw new AssertionError("it still takes connections");
  }

  @Test
  @SuppressWarnings("try") // Closing early is what is tested.
  void aDrainEndsAtItsLimit() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Desk desk =
        new Desk(
            (_, _) -> {
              asked.countDown();
              await(over);
            });
    HttpServer server = desk.serve();
    try (Line line = new Line(server)) {
      line.say(GET);
      await(asked);
      assertThat(server.drain(Duration.ofMillis(20))).isFalse();
      server.close();
      assertThat(line.rest()).isEmpty();
      over.countDown();
      assertThat(Desk.comesTo(server, 0)).isTrue();
    }
  }
}
