package dev.treadle.gateway.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A gateway over a lake of its own, under load until it is killed. */
final class KillVictim {
  private static final String SERVING = "Serving on ";

  private final Process process;
  private final URI gateway;
  private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
  private final CountDownLatch answering = new CountDownLatch(1);
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean killed;

  /** What is asked of it: which promise, and in which form the answer comes. */
  enum Kind {
    SAFE_WHOLE("safe", false),
    SAFE_STREAM("safe", true),
    SOON_WHOLE("soon", false),
    SOON_STREAM("soon", true);

    private final String route;
    private final boolean streams;

    Kind(String route, boolean streams) {
      this.route = route;
      this.streams = streams;
    }

    /** Whether the record is safe before the answer ends. */
    boolean isSafe() {
      return route.equals("safe");
    }

    byte[] request(URI server, int number) {
      return ChatRequest.of(server, route, streams, "", number);
    }
  }

  /**
   * An answer that a client got to its end.
   *
   * @param end the moment of it, of {@code System.nanoTime}
   */
  record Acknowledged(String exchange, Kind kind, long end) {}

  /** How it ended: what it owes, and when it died. */
  record Death(List<Acknowledged> acknowledged, int refused, long moment) {}

  private KillVictim(Process process, URI gateway) {
    this.process = process;
    this.gateway = gateway;
  }

  static KillVictim start(Path launcher, Path workspace, URI upstream) throws IOException {
    Files.createDirectories(workspace);
    Files.writeString(
        workspace.resolve("treadle.yaml"),
        """
        upstreams:
          bench: {kind: openai, url: "%s", key: none}
        routes:
          safe: {to: bench, durability: before-answer}
          soon: {to: bench, durability: group-commit}
        """
            .formatted(upstream));
    Process process =
        new ProcessBuilder(
                launcher.toString(),
                "serve",
                "--workspace",
                workspace.toString(),
                "--listen",
                "127.0.0.1:0")
            .redirectError(workspace.resolve("log").toFile())
            .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(SERVING)) {
        String url = line.substring(SERVING.length());
        return new KillVictim(process, URI.create(url.substring(0, url.indexOf(' '))));
      }
    }
    throw new IOException(
        "the gateway did not start: " + Files.readString(workspace.resolve("log")));
  }

  /** Clients that ask as fast as they are answered, until they are not any more. */
  Death killUnderLoad(int clients, Runnable untilTheMoment) throws InterruptedException {
    Thread[] threads = new Thread[clients];
    for (int i = 0; i < clients; i++) {
      Kind kind = Kind.values()[i % Kind.values().length];
      int number = i;
      threads[i] = Thread.ofVirtual().start(() -> ask(kind, number));
    }
    answering.await();
    untilTheMoment.run();
    killed = true;
    process.destroyForcibly();
    long moment = System.nanoTime();
    process.waitFor();
    for (Thread thread : threads) {
      thread.join();
    }
    return new Death(List.copyOf(acknowledged), refused.get(), moment);
  }

  private void ask(Kind kind, int client) {
    try (ChatConnection connection = new ChatConnection(gateway)) {
      for (int number = 0; ; number++) {
        ChatAnswer answer = connection.post(kind.request(gateway, client * 1_000_000 + number));
        if (kind.streams ? answer.isGoodStream() : answer.isGood()) {
          acknowledged.add(new Acknowledged(answer.exchange(), kind, answer.end()));
        } else if (!killed) {
          refused.incrementAndGet();
        }
        answering.countDown();
      }
    } catch (IOException e) {
      if (!killed) {
        refused.incrementAndGet();
      }
      answering.countDown();
    }
  }
}
