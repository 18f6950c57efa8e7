package dev.treadle.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The least that bodies share is 8 MiB, which is what a small heap gives. */
class BodySharesTest {
  private static final int MB = 1 << 20;
  private static final Duration SOON = Duration.ofMillis(50);

  private final CountDownLatch answers = new CountDownLatch(1);
  private final CountDownLatch asked = new CountDownLatch(1);
  private final Desk desk =
      new Desk(
          (request, answer) -> {
            asked.countDown();
            await(answers);
            answer.send(200, new Headers(), Desk.bytes("got " + request.body().length));
          });

  @Test
  void givesWhatThereIsAndWaitsForMore() {
    BodyShares bodies = new BodyShares(0);

    int half = bodies.take(4 * MB, SOON);

    assertThat(half).isEqualTo(64);
    assertThat(bodies.take(64 << 10, SOON)).as("a small one").isZero();
    assertThat(bodies.take(5 * MB, SOON)).isEqualTo(-1);
    assertThat(bodies.grow(half, 5 * MB)).isEqualTo(80);
    assertThat(bodies.grow(80, 3 * MB)).as("enough before").isEqualTo(80);
    assertThat(bodies.grow(80, 9 * MB)).as("all of it").isEqualTo(128);
    assertThat(bodies.take(MB, SOON)).isEqualTo(-1);
    bodies.giveBack(128);
    assertThat(bodies.take(100 * MB, SOON)).as("one larger than all").isEqualTo(128);
  }

  @Test
  void sharesHalfOfWhatIsLeftOfALargeHeap() {
    assertThat(new BodyShares((128 + 2 * 100) * (long) MB).take(1000 * MB, SOON))
        .isEqualTo(100 * 16);
  }

  @Test
  void aLargeBodyWaitsUntilAnotherIsAnswered() throws IOException {
    try (HttpServer server = desk.serve(limits(), System::nanoTime);
        Line first = new Line(server);
        Line second = new Line(server);
        Line small = new Line(server)) {
      first.say(post(6 * MB));
      await(asked);
      second.say("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: " + 3 * MB + "\r\n");
      second.say("Expect: 100-continue\r\n\r\n");
      small.say("POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab");
      assertThat(seenAfterAWhile(2)).as("the first and the small one").isEqualTo(2);

      answers.countDown();

      assertThat(first.answer()).endsWith("got " + 6 * MB);
      assertThat(small.answer()).endsWith("got 2");
      assertThat(second.head()).startsWith("HTTP/1.1 100");
      second.say(new byte[3 * MB]);
      assertThat(second.answer()).endsWith("got " + 3 * MB);
    }
  }

  @Test
  void whoTellsNoLengthIsToldThatThereIsNoRoom() throws IOException {
    try (HttpServer server = desk.serve(limits(), System::nanoTime);
        Line first = new Line(server);
        Line chunked = new Line(server)) {
      first.say(post(8 * MB));
      await(asked);
      chunked.say("POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
      chunked.say("100000\r\n" + "x".repeat(MB) + "\r\n");

      assertThat(chunked.rest()).startsWith("HTTP/1.1 503").contains("too many large requests");

      answers.countDown();
      assertThat(first.answer()).endsWith("got " + 8 * MB);
    }
  }

  @Test
  void whoWaitsInVainIsToldSo() throws IOException {
    try (HttpServer server = desk.serve(limits(Duration.ofSeconds(2)), System::nanoTime);
        Line first = new Line(server);
        Line second = new Line(server)) {
      first.say(post(8 * MB));
      await(asked);
      second.say("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: " + MB + "\r\n\r\n");

      assertThat(second.rest()).startsWith("HTTP/1.1 503").contains("too many large requests");

      answers.countDown();
      assertThat(first.answer()).endsWith("got " + 8 * MB);
    }
  }

  private int seenAfterAWhile(int least) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (desk.seen.size() < least && System.nanoTime() < end) {
      LockSupport.parkNanos(1_000_000);
    }
    LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    return desk.seen.size();
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("waited for too long");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] post(int size) {
    return Desk.bytes(
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + size + "\r\n\r\n" + "x".repeat(size));
  }

  private static HttpSettings limits() {
    return limits(Duration.ofMinutes(1));
  }

  private static HttpSettings limits(Duration receive) {
    Duration minute = Duration.ofMinutes(1);
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new HttpSettings(any, 16 * MB, minute, receive, minute, 4, 0);
  }
}
