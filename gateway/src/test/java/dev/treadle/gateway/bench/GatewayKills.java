package dev.treadle.gateway.bench;

import dev.treadle.gateway.bench.KillVictim.Acknowledged;
import dev.treadle.gateway.bench.KillVictim.Death;
import dev.treadle.gateway.bench.KillVictim.Kind;
import dev.treadle.store.Lake;
import dev.treadle.store.Lakes;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills a gateway under load at random moments, round after round, and holds its lake against what
 * clients were answered. Killing a process proves nothing about forcing data to disk, which is what
 * the store's power cut tests are for: here it is whether records are written when they must be.
 *
 * <p>Arguments: the launcher, a folder, rounds, clients, the window of group commit in
 * milliseconds, a seed. Ends with 1 where more was lost than was promised, or anything is there
 * twice.
 */
public final class GatewayKills {
  private static final int TOKENS = 20;
  private static final Duration BETWEEN_TOKENS = Duration.ofMillis(1);
  private static final int LEAST_MILLIS = 200;
  private static final int MOST_MILLIS = 3000;

  private final long windowNanos;
  private final PrintStream out;
  private final Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);
  private long doubled;
  private long refused;

  /** What became of the answers of one kind. */
  private static final class Tally {
    private long acknowledged;
    private long lost;
    private long broken;
    private long oldestLostNanos;
  }

  /** What a lake says of an exchange: how its last revision ended, and how often one did. */
  private record Found(boolean isAnswered, int answeredRevisions) {}

  private GatewayKills(long windowNanos, PrintStream out) {
    this.windowNanos = windowNanos;
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    long window = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[4]));
    long seed = Long.parseLong(arguments[5]);
    GatewayKills kills = new GatewayKills(window, System.out);
    int rounds = Integer.parseInt(arguments[2]);
    int clients = Integer.parseInt(arguments[3]);
    try (StreamUpstream upstream = StreamUpstream.start(TOKENS, BETWEEN_TOKENS)) {
      Random random = new Random(seed);
      for (int round = 0; round < rounds; round++) {
        Path workspace = Path.of(arguments[1], "round-" + round);
        KillVictim victim =
            KillVictim.start(Path.of(arguments[0]).toAbsolutePath(), workspace, upstream.url());
        long wait =
            TimeUnit.MILLISECONDS.toNanos(LEAST_MILLIS)
                + random.nextLong(TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS - LEAST_MILLIS));
        Death death = victim.killUnderLoad(clients, () -> waitFor(wait));
        kills.check(workspace.resolve("lake"), death);
      }
    }
    System.exit(kills.report(rounds) ? 0 : 1);
  }

  private static void waitFor(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void check(Path root, Death death) {
    Map<String, Found> found = found(root);
    refused += death.refused();
    for (Acknowledged it : death.acknowledged()) {
      Tally tally = tallies.computeIfAbsent(it.kind(), _ -> new Tally());
      tally.acknowledged++;
      Found record = found.get(it.exchange());
      if (record == null || (it.kind().isSafe() && !record.isAnswered())) {
        tally.lost++;
        long age = Math.max(0, death.moment() - it.end());
        tally.oldestLostNanos = Math.max(tally.oldestLostNanos, age);
      } else if (!record.isAnswered()) {
        tally.broken++;
      } else if (record.answeredRevisions() != 1) {
        doubled++;
      }
    }
  }

  private Map<String, Found> found(Path root) {
    Map<String, Found> found = new HashMap<>();
    try (Lake lake = Lake.open(root, Lakes.settings(System.nanoTime()))) {
      Map<String, Integer> revisions = new HashMap<>();
      try (Lines lines = lake.read(Stream.EXCHANGES)) {
        while (lines.hasNext()) {
          Exchange it = ExchangeCodec.decode(lines.next().json());
          if (isAnswered(it)) {
            revisions.merge(it.id(), 1, Integer::sum);
          }
        }
      }
      try (Lines lines = lake.latest(Stream.EXCHANGES)) {
        while (lines.hasNext()) {
          Exchange it = ExchangeCodec.decode(lines.next().json());
          Found now = new Found(isAnswered(it), revisions.getOrDefault(it.id(), 0));
          if (found.put(it.id(), now) != null) {
            doubled++;
          }
        }
      }
    }
    return found;
  }

  /** Whether it holds what the client was sent. */
  private static boolean isAnswered(Exchange it) {
    return it.state() == Exchange.State.ANSWERED
        && it.answer().flatMap(Exchange.Answer::body).isPresent();
  }

  private boolean report(int rounds) {
    boolean passed = doubled == 0 && refused == 0;
    for (Kind kind : Kind.values()) {
      Tally tally = tallies.getOrDefault(kind, new Tally());
      boolean kept =
          tally.acknowledged > 0
              && tally.broken == 0
              && (kind.isSafe() ? tally.lost == 0 : tally.oldestLostNanos <= windowNanos);
      passed &= kept;
      out.printf(
          "%-12s %8d acknowledged, %5d lost, %d not whole, the oldest lost %.1f ms before the kill"
              + " (may be %s): %s%n",
          kind,
          tally.acknowledged,
          tally.lost,
          tally.broken,
          tally.oldestLostNanos / 1e6,
          kind.isSafe() ? "none lost" : windowNanos / 1_000_000 + " ms",
          kept ? "ok" : "NOT KEPT");
    }
    out.printf("%d rounds, %d there twice, %d calls refused%n", rounds, doubled, refused);
    return passed;
  }
}
