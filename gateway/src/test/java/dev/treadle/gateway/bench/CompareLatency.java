package dev.treadle.gateway.bench;

import dev.treadle.gateway.bench.ComparedGateway.Serving;
import dev.treadle.gateway.scripted.Pace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * How much later clients are answered where every question is put to five candidates. Two gateways,
 * one that compares and one that does not, are asked in turn by four clients at a steady rate, in
 * rounds, so that a slow minute of the machine tells little. A call's time counts from when it was
 * due, not from when it was sent.
 *
 * <p>Arguments: the launcher, a folder, how long the models take in milliseconds, rounds, seconds a
 * round, calls a second, the bar as a ratio of medians (0: none). Ends with 1 above the bar.
 */
public final class CompareLatency {
  private static final int CLIENTS = 4;
  private static final int WARM_ROUNDS = 2;

  private final PrintStream out;
  private final int seconds;
  private final int rate;

  private CompareLatency(PrintStream out, int seconds, int rate) {
    this.out = out;
    this.seconds = seconds;
    this.rate = rate;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path launcher = Path.of(arguments[0]).toAbsolutePath();
    Path folder = Path.of(arguments[1]);
    Duration delay = ComparedGateway.millis(arguments[2]);
    int rounds = Integer.parseInt(arguments[3]);
    double bar = Double.parseDouble(arguments[6]);
    CompareLatency bench =
        new CompareLatency(
            System.out, Integer.parseInt(arguments[4]), Integer.parseInt(arguments[5]));
    boolean passed;
    try (ComparedGateway models = new ComparedGateway(new Pace(delay, Duration.ZERO, 12), 0, 0)) {
      Serving without =
          models.serve(launcher, folder.resolve("without-" + delay.toMillis()), false);
      Serving with = models.serve(launcher, folder.resolve("with-" + delay.toMillis()), true);
      try {
        passed = bench.run(models, without, with, delay, rounds, bar);
      } finally {
        without.end();
        with.end();
      }
    }
    System.exit(passed ? 0 : 1);
  }

  private boolean run(
      ComparedGateway models, Serving without, Serving with, Duration delay, int rounds, double bar)
      throws InterruptedException {
    double[] ratios = new double[rounds];
    double[] tails = new double[rounds];
    double[] plain = new double[rounds];
    for (int round = -WARM_ROUNDS; round < rounds; round++) {
      long[] before = load(without);
      long asked = models.asked();
      long[] after = load(with);
      asked = models.asked() - asked;
      if (round >= 0) {
        plain[round] = percentile(before, 50);
        ratios[round] = percentile(after, 50) / percentile(before, 50);
        tails[round] = percentile(after, 99) / percentile(before, 99);
        out.printf(
            "  models %d ms: without p50 %.3f p99 %.3f ms, with p50 %.3f p99 %.3f ms, %d calls of"
                + " models for %d%n",
            delay.toMillis(),
            percentile(before, 50),
            percentile(before, 99),
            percentile(after, 50),
            percentile(after, 99),
            asked,
            after.length);
      }
    }
    Arrays.sort(ratios);
    Arrays.sort(tails);
    Arrays.sort(plain);
    boolean passed = bar == 0 || ratios[rounds / 2] <= bar;
    out.printf(
        "models %d ms, %d calls a second: p50 %.3f ms without; with comparing times %.3f (p50), %.3f"
            + " (p99), medians of %d rounds%s%n",
        delay.toMillis(),
        rate,
        plain[rounds / 2],
        ratios[rounds / 2],
        tails[rounds / 2],
        rounds,
        bar == 0 ? "" : ", bar for p50 %.2f: %s".formatted(bar, passed ? "ok" : "ABOVE"));
    return passed;
  }

  /** The times of all calls of a round, from when each was due. */
  private long[] load(Serving gateway) throws InterruptedException {
    int calls = seconds * rate;
    long[] times = new long[calls];
    AtomicInteger next = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    long start = System.nanoTime();
    long gap = TimeUnit.SECONDS.toNanos(1) / rate;
    Thread[] clients = new Thread[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      clients[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (ChatConnection connection = new ChatConnection(gateway.url())) {
                      for (int n = next.getAndIncrement(); n < calls; n = next.getAndIncrement()) {
                        long due = start + n * gap;
                        waitUntil(due);
                        ChatAnswer answer =
                            connection.post(ChatRequest.of(gateway.url(), "bench", false, "", n));
                        times[n] = answer.end() - due;
                        failed.addAndGet(answer.isGood() ? 0 : 1);
                      }
                    } catch (IOException e) {
                      failed.incrementAndGet();
                    }
                  });
    }
    for (Thread client : clients) {
      client.join();
    }
    if (failed.get() > 0) {
      throw new IllegalStateException(failed.get() + " calls failed");
    }
    return times;
  }

  private static void waitUntil(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** In milliseconds. */
  private static double percentile(long[] nanos, int percent) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1L, (long) sorted.length * percent / 100)] / 1e6;
  }
}
