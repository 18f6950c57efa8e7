package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power at every operation of a script, opens the lake on what survived, and asks for
 * everything that was acknowledged.
 */
class PowerCutTest {
  private static final Path ROOT = Path.of("/lake");
  private static final LakeLimits LIMITS =
      new LakeLimits(1 << 20, 700, 1 << 20, Duration.ZERO, 1 << 20, Duration.ofSeconds(2));

  @Test
  void losesNothingAcknowledgedWhereverThePowerIsCut() {
    cutEverywhere(1, 5);
  }

  @Test
  @Tag("slow")
  void losesNothingAcknowledgedWithManySeeds() {
    cutEverywhere(4, 1);
  }

  private static void cutEverywhere(int seeds, int stride) {
    PowerCutDisk whole = new PowerCutDisk(0);
    new Script(whole).run(0);
    long operations = whole.operations();
    assertThat(operations).isGreaterThan(150);
    for (int seed = 0; seed < seeds; seed++) {
      for (long cut = 0; cut < operations + 5; cut += stride) {
        cut(seed, cut);
      }
    }
  }

  private static void cut(int seed, long cut) {
    PowerCutDisk disk = new PowerCutDisk(seed).cutAt(cut);
    Script script = new Script(disk);
    script.run(seed);
    PowerCutDisk after = disk.afterCut(seed * 31L + cut);
    try {
      script.check(after);
      // The power goes again while the lake is being recovered.
      PowerCutDisk second = disk.afterCut(seed * 31L + cut).cutAt((seed + cut) % 23);
      try {
        Script.reopen(second, 7).close();
      } catch (TreadleException e) {
        assertThat(second.isCut()).isTrue();
      }
      script.check(second.afterCut(seed + cut));
    } catch (RuntimeException | AssertionError e) {
      fail("seed " + seed + ", power cut at operation " + cut, e);
    }
  }

  @Test
  void aFailedOperationIsATypedErrorAndTheLakeStaysUsable() {
    failEverywhere(1, 7);
  }

  @Test
  @Tag("slow")
  void everyFailedOperationIsATypedErrorAndTheLakeStaysUsable() {
    failEverywhere(2, 1);
  }

  private static void failEverywhere(int seeds, int stride) {
    PowerCutDisk whole = new PowerCutDisk(0);
    new Script(whole).run(0);
    for (int seed = 0; seed < seeds; seed++) {
      for (long operation = 0; operation < whole.operations(); operation += stride) {
        String message = operation % 2 == 0 ? "No space left on device" : "Input/output error";
        PowerCutDisk disk = new PowerCutDisk(seed).failAt(operation, message);
        Script script = new Script(disk);
        try {
          script.run(seed);
          disk.failAt(Long.MAX_VALUE, "");
          script.check(disk);
          script.check(disk.afterCut(seed));
        } catch (RuntimeException | AssertionError e) {
          fail("seed " + seed + ", failed operation " + operation, e);
        }
      }
    }
  }

  /** What a process does, and what it was told to be safe. */
  private static final class Script {
    private final PowerCutDisk disk;
    private final Set<String> acknowledged = new HashSet<>();
    private final Set<String> tried = new HashSet<>();
    private final List<String> blobs = new ArrayList<>();
    private @Nullable Lake open;
    private int versions;
    private boolean forgetTried;
    private boolean forgotten;
    private boolean created;
    private int stateTried;
    private int stateSafe;

    Script(PowerCutDisk disk) {
      this.disk = disk;
    }

    static LakeSettings settings(Disk disk, long seed) {
      return Lakes.settings(disk, seed, LIMITS);
    }

    static Lake reopen(Disk disk, long seed) {
      try {
        return Lake.open(ROOT, settings(disk, seed));
      } catch (TreadleException e) {
        if (e.code() == StoreError.LAKE_ABSENT) {
          return Lake.create(ROOT, settings(disk, seed));
        }
        throw e;
      }
    }

    /** Steps that fail are tried once more: a caller would, and the second must succeed or die. */
    void run(long seed) {
      try {
        for (int life = 0; life < 3 && !disk.isCut(); life++) {
          MortalDisk process = new MortalDisk(disk);
          try {
            live(process, seed * 10 + life, life);
          } finally {
            // The first process dies without a word, the others had closed their lake.
            process.kill();
            end();
          }
        }
      } catch (TreadleException e) {
        if (!disk.isCut()) {
          throw e;
        }
      }
    }

    /** Ends the threads of a lake whose process is dead. */
    private void end() {
      try {
        if (open != null) {
          open.close();
        }
      } catch (TreadleException e) {
        // It is dead.
      }
      open = null;
    }

    private void live(Disk process, long seed, int life) {
      Lake lake = twice(() -> reopen(process, seed));
      open = lake;
      created = true;
      for (int i = 0; i < 6; i++) {
        append(lake, Stream.EXAMPLES, life + "e" + i, Durability.BEFORE_ANSWER);
        append(lake, Stream.EXCHANGES, life + "x" + i, Durability.GROUP_COMMIT);
        if (i % 2 == 1) {
          putBlob(lake, "blob " + life + i);
        }
        if (i == 3) {
          writeState(lake);
          twice(lake::seal);
        }
      }
      commitVersion(lake, life);
      if (life == 1) {
        forget(lake);
      }
      if (life > 0) {
        lake.close();
      } else {
        lake.flush();
      }
    }

    private void append(Lake lake, Stream stream, String id, Durability durability) {
      String text = "x".repeat(40 + id.hashCode() % 30);
      String key = stream + "/" + id + "/d";
      tried.add(key);
      twice(
          () -> {
            Ticket ticket = lake.appendLine(stream, Lakes.line(id, "d", text), durability);
            ticket.await();
            return ticket;
          });
      acknowledged.add(key);
    }

    private void putBlob(Lake lake, String text) {
      blobs.add(twice(() -> lake.blobs().put(text.getBytes(StandardCharsets.UTF_8))));
    }

    private void writeState(Lake lake) {
      stateTried++;
      byte[] document = ("{\"n\":" + stateTried + "}").getBytes(StandardCharsets.UTF_8);
      twice(
          () -> {
            lake.state().write("cursor", document);
            return document;
          });
      stateSafe = stateTried;
    }

    private void commitVersion(Lake lake, int life) {
      twice(
          () -> {
            try (DatasetDraft draft = lake.datasets().draft("set")) {
              draft.add(DatasetVersion.Split.TRAIN, Lakes.line("life" + life, "d", "x"));
              draft.commit("recipe", List.of(), "run", "card");
            }
          });
      versions++;
    }

    /** What the first process wrote first is forgotten: then never read again, by whomever. */
    private void forget(Lake lake) {
      forgetTried = true;
      twice(() -> lake.forgetting().forget(Set.of("0e0")));
      forgotten = true;
      twice(lake::eraseForgotten);
    }

    private void twice(Runnable step) {
      twice(
          () -> {
            step.run();
            return true;
          });
    }

    private <T> T twice(Supplier<T> step) {
      try {
        return step.get();
      } catch (TreadleException e) {
        if (disk.isCut()) {
          throw e;
        }
        return step.get();
      }
    }

    void check(PowerCutDisk after) {
      after.releaseLocks();
      if (!created) {
        reopen(after, 99).close();
        return;
      }
      try (Lake lake = Lake.open(ROOT, settings(after, 99))) {
        assertThat(lake.troubles()).isEmpty();
        List<String> found = new ArrayList<>();
        for (Stream stream : Stream.values()) {
          Lines lines = lake.read(stream);
          for (String key : Lakes.keys(lines)) {
            found.add(stream + "/" + key);
          }
          assertThat(lines.report().damagedLines()).isZero();
          assertThat(lines.report().damagedSegments()).isZero();
        }
        assertThat(found).doesNotHaveDuplicates().containsAll(expected());
        if (forgotten) {
          assertThat(found).doesNotContain("EXAMPLES/0e0/d");
        }
        assertThat(tried).containsAll(found);
        for (String blob : blobs) {
          assertThat(lake.blobs().get(blob)).isNotEmpty();
        }
        checkState(lake);
        checkVersions(lake);
        lake.appendLine(Stream.LEDGER, Lakes.line("new", "d", "x"), Durability.BEFORE_ANSWER);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      try {
        for (Stream stream : Stream.values()) {
          assertThat(Segments.withSuffix(after, new Layout(ROOT).stream(stream), SegmentName.PLAIN))
              .isEmpty();
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      tried.add("LEDGER/new/d");
    }

    private Set<String> expected() {
      Set<String> expected = new HashSet<>(acknowledged);
      if (forgetTried) {
        expected.remove("EXAMPLES/0e0/d");
      }
      return expected;
    }

    /** A version may be there twice where its commit failed after it had happened. */
    private void checkVersions(Lake lake) throws IOException {
      List<DatasetVersion> found = lake.datasets().versions("set");
      assertThat(found.size()).isBetween(versions, versions + 2);
      for (int i = 0; i < found.size(); i++) {
        DatasetVersion version = found.get(i);
        assertThat(version.manifest().version()).isEqualTo(i + 1);
        try (InputStream train = version.read(DatasetVersion.Split.TRAIN)) {
          assertThat(Blobs.sha256(train.readAllBytes()))
              .isEqualTo(version.manifest().sha256().get("train.jsonl"));
        }
      }
    }

    private void checkState(Lake lake) {
      int state = lake.state().read("cursor").map(bytes -> bytes[5] - '0').orElse(0);
      assertThat(state).isBetween(stateSafe, stateTried);
    }
  }
}
