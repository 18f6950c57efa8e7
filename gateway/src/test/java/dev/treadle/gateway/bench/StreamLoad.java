package dev.treadle.gateway.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Many streams at once through proxies in turn: events a second and what an event costs each proxy.
 * Arguments: streams at once, rounds, seconds a round, seconds of warm-up, clock ticks a second,
 * then for each proxy {@code name,address,key,pid+pid}. Ends with 1 where a stream was not whole.
 */
public final class StreamLoad {
  private final int streams;
  private final long ticksPerSecond;
  private final PrintStream out;
  private final LongAdder events = new LongAdder();
  private final Map<Proxy, LongAdder> whole = new ConcurrentHashMap<>();
  private final LongAdder broken = new LongAdder();

  /** What is measured. */
  private record Proxy(String name, URI server, String key, List<Path> stats) {
    static Proxy parse(String text) {
      String[] parts = text.split(",", 4);
      List<Path> stats =
          Arrays.stream(parts[3].split("\\+", -1)).map(it -> Path.of("/proc", it, "stat")).toList();
      return new Proxy(parts[0], URI.create(parts[1]), parts[2], stats);
    }

    /** Processor time so far, in clock ticks. */
    long ticks() throws IOException {
      long ticks = 0;
      for (Path file : stats) {
        String text = Files.readString(file);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      }
      return ticks;
    }
  }

  /** One round of one proxy. */
  private record Round(double eventsPerSecond, double microsPerEvent) {}

  private StreamLoad(int streams, long ticksPerSecond, PrintStream out) {
    this.streams = streams;
    this.ticksPerSecond = ticksPerSecond;
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    StreamLoad load =
        new StreamLoad(Integer.parseInt(arguments[0]), Long.parseLong(arguments[4]), System.out);
    List<Proxy> proxies = Arrays.stream(arguments).skip(5).map(Proxy::parse).toList();
    boolean passed =
        load.run(
            proxies,
            Integer.parseInt(arguments[1]),
            Long.parseLong(arguments[2]),
            Long.parseLong(arguments[3]));
    System.exit(passed ? 0 : 1);
  }

  private boolean run(List<Proxy> proxies, int rounds, long seconds, long warmUp)
      throws IOException, InterruptedException {
    for (Proxy proxy : proxies) {
      Round _ = round(proxy, warmUp);
    }
    Map<Proxy, List<Round>> results = new LinkedHashMap<>();
    for (int i = 0; i < rounds; i++) {
      for (Proxy proxy : proxies) {
        results.computeIfAbsent(proxy, _ -> new ArrayList<>()).add(round(proxy, seconds));
      }
    }
    results.forEach(
        (proxy, found) ->
            out.printf(
                "%-8s %9.0f events/s, %.2f µs of processor time an event, %d streams whole%n",
                proxy.name(),
                median(found.stream().mapToDouble(Round::eventsPerSecond).toArray()),
                median(found.stream().mapToDouble(Round::microsPerEvent).toArray()),
                whole.getOrDefault(proxy, new LongAdder()).sum()));
    return broken.sum() == 0 && whole.keySet().containsAll(proxies);
  }

  private Round round(Proxy proxy, long seconds) throws IOException, InterruptedException {
    long eventsBefore = events.sum();
    long ticksBefore = proxy.ticks();
    long start = System.nanoTime();
    long until = start + TimeUnit.SECONDS.toNanos(seconds);
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      int number = i;
      clients.add(Thread.ofVirtual().start(() -> client(proxy, number, until)));
    }
    for (Thread client : clients) {
      client.join();
    }
    double took = (System.nanoTime() - start) / 1e9;
    long counted = events.sum() - eventsBefore;
    double micros = (proxy.ticks() - ticksBefore) * 1e6 / ticksPerSecond;
    return new Round(counted / took, micros / Math.max(1, counted));
  }

  private void client(Proxy proxy, int number, long until) {
    byte[] request = ChatRequest.of(proxy.server(), "stream", true, proxy.key(), number);
    try (ChatConnection connection = new ChatConnection(proxy.server())) {
      while (System.nanoTime() - until < 0) {
        ChatAnswer answer = connection.post(request);
        events.add(answer.contentEvents());
        if (answer.isGoodStream()) {
          whole.computeIfAbsent(proxy, _ -> new LongAdder()).increment();
        } else {
          say(answer.toString());
        }
      }
    } catch (IOException e) {
      say(e.toString());
    }
  }

  private void say(String why) {
    broken.increment();
    if (broken.sum() <= 5) {
      out.println("a stream ended badly: " + why);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
