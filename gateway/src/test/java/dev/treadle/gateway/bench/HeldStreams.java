package dev.treadle.gateway.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that hold streams open until the upstream ends them, and see whether each ends well.
 * Arguments: the gateway, its key, the route, how many. It says {@code open N} when every stream
 * has its first token, and ends with 1 where one did not come to its end whole.
 */
public final class HeldStreams {
  private static final int OPENING_AT_ONCE = 32;

  private final URI gateway;
  private final byte[] request;
  private final int streams;
  private final PrintStream out;
  private final Semaphore opening = new Semaphore(OPENING_AT_ONCE);
  private final CountDownLatch open;
  private final CountDownLatch over;
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger whole = new AtomicInteger();

  private HeldStreams(URI gateway, byte[] request, int streams, PrintStream out) {
    this.gateway = gateway;
    this.request = request;
    this.streams = streams;
    this.out = out;
    this.open = new CountDownLatch(streams);
    this.over = new CountDownLatch(streams);
  }

  public static void main(String[] arguments) throws InterruptedException {
    URI gateway = URI.create(arguments[0]);
    byte[] request = ChatRequest.of(gateway, arguments[2], true, arguments[1], 1042);
    HeldStreams held =
        new HeldStreams(gateway, request, Integer.parseInt(arguments[3]), System.out);
    System.exit(held.run() ? 0 : 1);
  }

  private boolean run() throws InterruptedException {
    for (int i = 0; i < streams; i++) {
      opening.acquire();
      Thread.ofVirtual().start(this::hold);
    }
    open.await();
    out.println("open " + (streams - failed.get()));
    over.await();
    out.printf("%d streams held, %d ended well%n", streams, whole.get());
    return whole.get() == streams;
  }

  private void hold() {
    AtomicInteger seen = new AtomicInteger();
    Runnable opened =
        () -> {
          seen.incrementAndGet();
          open.countDown();
          opening.release();
        };
    try (ChatConnection connection = new ChatConnection(gateway)) {
      ChatAnswer answer = connection.post(request, opened);
      if (answer.isGoodStream()) {
        whole.incrementAndGet();
      } else {
        say(answer.toString());
      }
    } catch (IOException e) {
      say(e.toString());
    } finally {
      if (seen.get() == 0) {
        opened.run();
      }
      over.countDown();
    }
  }

  private void say(String why) {
    if (failed.incrementAndGet() <= 5) {
      out.println("a stream ended badly: " + why);
    }
  }
}
