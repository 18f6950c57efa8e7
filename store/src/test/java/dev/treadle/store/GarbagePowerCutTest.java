package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power at every operation of a script that collects garbage between its writing, and
 * collects garbage at every operation of a writer: no blob that a line refers to is ever lost.
 */
class GarbagePowerCutTest {
  private static final Path ROOT = Path.of("/lake");
  private static final LakeLimits LIMITS =
      new LakeLimits(1 << 20, 700, 1 << 20, Duration.ZERO, 1 << 20, Duration.ofSeconds(2));
  private static final Map<Stream, Duration> RETENTION =
      Map.of(Stream.EXCHANGES, Duration.ofDays(1));

  @Test
  void losesNothingReferredToWhereverThePowerIsCut() {
    cutEverywhere(2, 1);
  }

  @Test
  @Tag("slow")
  void losesNothingReferredToWithManySeeds() {
    cutEverywhere(8, 1);
  }

  private static void cutEverywhere(int seeds, int stride) {
    PowerCutDisk whole = new PowerCutDisk(0);
    Script good = new Script(whole);
    good.run();
    assertThat(good.deleted).isPositive();
    assertThat(good.restored).isPositive();
    for (int seed = 0; seed < seeds; seed++) {
      for (long cut = 0; cut < whole.operations() + 5; cut += stride) {
        PowerCutDisk disk = new PowerCutDisk(seed).cutAt(cut);
        Script script = new Script(disk);
        try {
          try {
            script.run();
          } catch (TreadleException e) {
            assertThat(disk.isCut()).isTrue();
          }
          // What survives is a matter of chance: the cut is looked at more than once.
          for (int fate = 0; fate < 3; fate++) {
            script.check(disk.afterCut(seed * 31L + cut * 7 + fate));
          }
        } catch (RuntimeException | AssertionError e) {
          fail("seed " + seed + ", power cut at operation " + cut, e);
        }
      }
    }
  }

  @Test
  void losesNothingReferredToWhicheverOperationFails() {
    PowerCutDisk whole = new PowerCutDisk(0);
    new Script(whole).run();
    for (long operation = 0; operation < whole.operations(); operation += 3) {
      PowerCutDisk disk = new PowerCutDisk(0).failAt(operation, "Input/output error");
      Script script = new Script(disk);
      try {
        try {
          script.run();
        } catch (TreadleException e) {
          script.end();
        }
        disk.failAt(Long.MAX_VALUE, "");
        script.check(disk);
      } catch (RuntimeException | AssertionError e) {
        fail("failed operation " + operation, e);
      }
    }
  }

  @Test
  void fillingThatIsInterruptedShortensNoDay() {
    boolean isOver = false;
    for (long operation = 0; !isOver; operation++) {
      PowerCutDisk disk = new PowerCutDisk(0);
      Script script = new Script(disk);
      try (Lake lake = script.open(disk, 1)) {
        Script.put(lake, "first");
        script.collect(lake);
        script.now = script.now.plus(Duration.ofHours(25));
        String late = Script.put(lake, "late");
        disk.failAt(disk.operations() + operation, "Input/output error");
        isOver = collects(lake);
        disk.failAt(Long.MAX_VALUE, "");
        script.now = script.now.plus(Duration.ofHours(12));
        script.collect(lake);
        script.refer(lake, late, "late");
        script.checkBlobs(lake);
      } catch (RuntimeException | AssertionError e) {
        fail("failed operation " + operation, e);
      }
      assertThat(operation).isLessThan(100);
    }
  }

  private static boolean collects(Lake lake) {
    try {
      lake.collectGarbage(RETENTION);
      return true;
    } catch (TreadleException e) {
      return false;
    }
  }

  /** The script of one writer; the power may go at any of its operations. */
  private static final class Script {
    private final Disk disk;
    private final Map<String, String> referred = new LinkedHashMap<>();
    private Instant now = Lakes.NOW;
    private MortalDisk process;
    private long deleted;
    private long restored;

    Script(Disk disk) {
      this.disk = disk;
      this.process = new MortalDisk(disk);
    }

    Lake open(Disk on, long seed) {
      LakeSettings settings = new LakeSettings(on, () -> now, new Random(seed), 42, LIMITS);
      try {
        return Lake.open(ROOT, settings);
      } catch (TreadleException e) {
        if (e.code() == StoreError.LAKE_ABSENT) {
          return Lake.create(ROOT, settings);
        }
        throw e;
      }
    }

    void run() {
      for (int life = 0; life < 3; life++) {
        process = new MortalDisk(disk);
        Lake lake = open(process, life);
        try {
          live(lake, life);
        } finally {
          end();
          closeQuietly(lake);
        }
      }
    }

    /** Every process dies without a word. */
    void end() {
      process.kill();
    }

    private static void closeQuietly(Lake lake) {
      try {
        lake.close();
      } catch (TreadleException e) {
        // It is dead.
      }
    }

    private void live(Lake lake, int life) {
      put(lake, "loose " + life);
      refer(lake, put(lake, "at once " + life), "at once " + life);
      lake.appendLine(Stream.EXCHANGES, Lakes.line("x" + life, "1", "x"), Durability.BEFORE_ANSWER);
      String late = put(lake, "late " + life);
      String again = put(lake, "again");
      lake.seal();
      collect(lake);
      refer(lake, late, "late " + life);
      if (life == 1) {
        refer(lake, again, "again");
      }
      now = now.plus(Duration.ofHours(25));
      collect(lake);
      now = now.plus(Duration.ofHours(1));
    }

    private static String put(Lake lake, String text) {
      return lake.blobs().put(text.getBytes(StandardCharsets.UTF_8));
    }

    private void refer(Lake lake, String sha256, String text) {
      byte[] json =
          "{\"id\":\"e%d\",\"sha256\":\"%s\"}"
              .formatted(referred.size(), sha256)
              .getBytes(StandardCharsets.UTF_8);
      lake.appendLine(Stream.EXAMPLES, json, Durability.BEFORE_ANSWER);
      referred.put(sha256, text);
    }

    private void collect(Lake lake) {
      Lake.Garbage garbage = lake.collectGarbage(RETENTION);
      assertThat(garbage.troubles()).isEmpty();
      deleted += garbage.blobs().count();
      restored += garbage.restored().count();
      checkBlobs(lake);
    }

    private void checkBlobs(Lake lake) {
      referred.forEach(
          (sha256, text) ->
              assertThat(new String(lake.blobs().get(sha256), StandardCharsets.UTF_8))
                  .isEqualTo(text));
    }

    /** What is left is whole, and stays so through two more collections. */
    void check(PowerCutDisk after) {
      after.releaseLocks();
      now = now.plus(Duration.ofHours(1));
      try (Lake lake = open(after, 99)) {
        checkBlobs(lake);
        collect(lake);
        now = now.plus(Duration.ofHours(25));
        collect(lake);
        now = now.plus(Duration.ofHours(25));
        collect(lake);
        assertThat(lake.findGarbage(RETENTION).discarded().count()).isZero();
        assertThat(Lakes.keys(lake.read(Stream.EXAMPLES)))
            .hasSizeGreaterThanOrEqualTo(referred.size());
      }
    }
  }
}
