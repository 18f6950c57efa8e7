package dev.treadle.gateway.bench;

import dev.treadle.gateway.bench.ComparedGateway.Serving;
import dev.treadle.gateway.scripted.Pace;
import dev.treadle.store.Lake;
import dev.treadle.store.Lakes;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.ExampleCodec;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills a gateway that compares at random moments, round after round over one lake, lets the last
 * one come to its end, and holds the lake against itself: every question that was accepted is
 * compared, exactly once. One of five candidates is dead, and every twentieth score fails.
 *
 * <p>Arguments: the launcher, a folder, rounds, how long a model takes in milliseconds, a seed.
 */
public final class CompareKills {
  private static final int CLIENTS = 4;
  private static final int LEAST_MILLIS = 200;
  private static final int MOST_MILLIS = 3000;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final PrintStream out;
  private final AtomicInteger answered = new AtomicInteger();
  private volatile boolean isOver;

  private CompareKills(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path launcher = Path.of(arguments[0]).toAbsolutePath();
    Path workspace = Path.of(arguments[1], "kills");
    int rounds = Integer.parseInt(arguments[2]);
    Pace pace = new Pace(ComparedGateway.millis(arguments[3]), Duration.ZERO, 12);
    Random random = new Random(Long.parseLong(arguments[4]));
    CompareKills kills = new CompareKills(System.out);
    boolean passed;
    try (ComparedGateway models = new ComparedGateway(pace, 1, 20)) {
      for (int round = 0; round < rounds; round++) {
        Serving victim = models.serve(launcher, workspace, true);
        kills.loadAndKill(victim, LEAST_MILLIS + random.nextInt(MOST_MILLIS - LEAST_MILLIS));
      }
      Serving last = models.serve(launcher, workspace, true);
      boolean isIdle = kills.awaitIdle(last);
      last.end();
      passed = kills.check(workspace.resolve("lake"), rounds) && isIdle;
    }
    System.exit(passed ? 0 : 1);
  }

  private void loadAndKill(Serving victim, int millis) throws InterruptedException {
    isOver = false;
    Thread[] clients = new Thread[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      int first = i * 1_000_000;
      clients[i] = Thread.ofVirtual().start(() -> ask(victim.url(), first));
    }
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    isOver = true;
    victim.process().destroyForcibly().waitFor();
    for (Thread client : clients) {
      client.join();
    }
  }

  private void ask(URI url, int first) {
    try (ChatConnection connection = new ChatConnection(url)) {
      for (int number = first; !isOver; number++) {
        if (connection.post(ChatRequest.of(url, "bench", false, "", number)).isGood()) {
          answered.incrementAndGet();
        }
      }
    } catch (IOException e) {
      // Killed.
    }
  }

  /** Waits until the gateway says that nothing is open. */
  private boolean awaitIdle(Serving gateway) throws IOException, InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest metrics = HttpRequest.newBuilder(gateway.url().resolve("/metrics")).build();
      // The lake is read first: until then nothing is known to be open.
      int quiet = 0;
      while (System.nanoTime() - until < 0) {
        String said = client.send(metrics, HttpResponse.BodyHandlers.ofString()).body();
        quiet = said.contains("treadle_compare_open 0.0") ? quiet + 1 : 0;
        if (quiet > 10) {
          return true;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
      }
    }
    out.println("questions are still open after " + PATIENCE.toSeconds() + " s");
    return false;
  }

  private boolean check(Path root, int rounds) throws IOException {
    Set<String> accepted = new TreeSet<>();
    Map<String, Integer> compared = new HashMap<>();
    int incomplete = 0;
    int closed = 0;
    int unscored = 0;
    try (Lake lake = Lake.open(root, Lakes.settings(System.nanoTime()));
        Lines lines = lake.read(Stream.COMPARISONS)) {
      while (lines.hasNext()) {
        Comparison it = (Comparison) ExampleCodec.decode(lines.next().json());
        String id = it.header().id().value();
        if (it.header().labels().containsKey("state")) {
          accepted.add(id);
          continue;
        }
        compared.merge(id, 1, Integer::sum);
        incomplete += isComplete(it) ? 0 : 1;
        closed += it.candidates().stream().allMatch(of -> of.score().orElse(0.0) < 0) ? 1 : 0;
        unscored += (int) it.candidates().stream().filter(of -> of.score().orElse(0.0) < 0).count();
      }
    }
    Set<String> lost = new TreeSet<>(accepted);
    lost.removeAll(compared.keySet());
    Set<String> unknown = new TreeSet<>(compared.keySet());
    unknown.removeAll(accepted);
    long twice = compared.values().stream().filter(it -> it != 1).count();
    boolean passed =
        !accepted.isEmpty() && lost.isEmpty() && unknown.isEmpty() && twice == 0 && incomplete == 0;
    out.printf(
        "%d kills, %d questions answered, %d accepted: %d compared, %d lost, %d compared twice, %d"
            + " from nowhere, %d incomplete, %d without any score, %d scores of -1: %s%n",
        rounds,
        answered.get(),
        accepted.size(),
        compared.size(),
        lost.size(),
        twice,
        unknown.size(),
        incomplete,
        closed,
        unscored,
        passed ? "ok" : "NOT KEPT");
    return passed;
  }

  /** Five candidates, each with a score, and an answer or an error. */
  private static boolean isComplete(Comparison it) {
    return it.candidates().size() == ComparedGateway.CANDIDATES
        && it.candidates().stream().allMatch(CompareKills::isDone);
  }

  private static boolean isDone(Candidate it) {
    return it.score().isPresent() && (it.message().isPresent() || it.error().isPresent());
  }
}
