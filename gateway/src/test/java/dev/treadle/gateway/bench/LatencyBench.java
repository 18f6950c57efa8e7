package dev.treadle.gateway.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How much later an answer comes through the gateway than straight from the upstream, one call at a
 * time, in rounds that alternate. Nothing waits behind another call, so no percentile needs a
 * correction for what a busy client did not send.
 *
 * <p>Arguments: the upstream of whole answers, the upstream of streams, the gateway, its key,
 * rounds, calls a round, seconds of warm-up. The gateway's routes are {@code whole} and {@code
 * stream}. Ends with 1 where an added median is above its bar.
 */
public final class LatencyBench {
  private static final double WHOLE_BAR_MILLIS = 0.2;
  private static final double FIRST_TOKEN_BAR_MILLIS = 0.3;

  private final int rounds;
  private final int calls;
  private final long warmUpNanos;
  private final PrintStream out;

  private LatencyBench(int rounds, int calls, long warmUpNanos, PrintStream out) {
    this.rounds = rounds;
    this.calls = calls;
    this.warmUpNanos = warmUpNanos;
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException {
    URI gateway = URI.create(arguments[2]);
    String key = arguments[3];
    LatencyBench bench =
        new LatencyBench(
            Integer.parseInt(arguments[4]),
            Integer.parseInt(arguments[5]),
            TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[6])),
            System.out);
    URI whole = URI.create(arguments[0]);
    URI stream = URI.create(arguments[1]);
    boolean passed = bench.whole(whole, gateway, key);
    passed &= bench.streams(stream, gateway, key);
    System.exit(passed ? 0 : 1);
  }

  private boolean whole(URI upstream, URI gateway, String key) throws IOException {
    try (Caller direct = new Caller(upstream, "whole", false, "");
        Caller through = new Caller(gateway, "whole", false, key)) {
      measure(direct, through);
      return report("whole answer", direct, through, Caller::toEnd, WHOLE_BAR_MILLIS);
    }
  }

  private boolean streams(URI upstream, URI gateway, String key) throws IOException {
    try (Caller direct = new Caller(upstream, "stream", true, "");
        Caller through = new Caller(gateway, "stream", true, key)) {
      measure(direct, through);
      boolean passed =
          report("first token", direct, through, Caller::toFirst, FIRST_TOKEN_BAR_MILLIS);
      report("end of stream", direct, through, Caller::toEnd, Double.POSITIVE_INFINITY);
      return passed;
    }
  }

  private void measure(Caller direct, Caller through) throws IOException {
    direct.warmUp(warmUpNanos / 4);
    through.warmUp(warmUpNanos);
    direct.prepare(rounds * calls);
    through.prepare(rounds * calls);
    for (int round = 0; round < rounds; round++) {
      direct.call(calls);
      through.call(calls);
    }
  }

  private boolean report(
      String what, Caller direct, Caller through, ToSamples samples, double barMillis) {
    long[] before = samples.of(direct);
    long[] after = samples.of(through);
    double added = medianOfRounds(before, after);
    boolean passed = added <= barMillis;
    out.printf(
        "%s: direct p50 %.3f p99 %.3f ms, gateway p50 %.3f p99 %.3f ms, added p50 %.3f p99 %.3f ms%s%n",
        what,
        percentile(before, 50),
        percentile(before, 99),
        percentile(after, 50),
        percentile(after, 99),
        added,
        percentile(after, 99) - percentile(before, 99),
        Double.isInfinite(barMillis)
            ? ""
            : ", bar %.1f: %s".formatted(barMillis, passed ? "ok" : "ABOVE"));
    return passed;
  }

  /** The samples of a caller, in the order of the calls. */
  private interface ToSamples {
    long[] of(Caller caller);
  }

  /**
   * Each round is held against its neighbour, so that a slow minute of the machine tells little.
   */
  private double medianOfRounds(long[] direct, long[] through) {
    double[] added = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      int from = round * calls;
      added[round] =
          percentile(Arrays.copyOfRange(through, from, from + calls), 50)
              - percentile(Arrays.copyOfRange(direct, from, from + calls), 50);
    }
    Arrays.sort(added);
    return added[rounds / 2];
  }

  /** In milliseconds. */
  private static double percentile(long[] nanos, int percent) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1L, (long) sorted.length * percent / 100)] / 1e6;
  }

  /** One client of one server. */
  private static final class Caller implements AutoCloseable {
    private final ChatConnection connection;
    private final byte[] request;
    private final boolean streams;
    private long[] first = {};
    private long[] end = {};
    private int count;

    Caller(URI server, String model, boolean streams, String key) throws IOException {
      this.connection = new ChatConnection(server);
      this.request = ChatRequest.of(server, model, streams, key, 1042);
      this.streams = streams;
    }

    void warmUp(long nanos) throws IOException {
      long until = System.nanoTime() + nanos;
      while (System.nanoTime() - until < 0) {
        checked(connection.post(request));
      }
    }

    void prepare(int most) {
      first = new long[most];
      end = new long[most];
    }

    void call(int times) throws IOException {
      for (int i = 0; i < times; i++) {
        long start = System.nanoTime();
        ChatAnswer answer = checked(connection.post(request));
        first[count] = answer.firstContent() - start;
        end[count] = answer.end() - start;
        count++;
      }
    }

    private ChatAnswer checked(ChatAnswer answer) throws IOException {
      if (streams ? !answer.isGoodStream() : !answer.isGood()) {
        throw new IOException("not what was asked for: " + answer);
      }
      return answer;
    }

    long[] toFirst() {
      return first;
    }

    long[] toEnd() {
      return end;
    }

    @Override
    public void close() throws IOException {
      connection.close();
    }
  }
}
