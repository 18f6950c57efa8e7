package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.treadle.store.redaction.Redactor;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.TreadleException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power at every operation while exchanges are kept, and lets every operation fail once:
 * what a ticket settled is there afterwards, and what is lost was not settled.
 */
class ExchangePowerCutTest {
  private static final Path ROOT = Path.of("/lake");
  private static final LakeLimits LIMITS =
      new LakeLimits(1 << 20, 5000, 1 << 20, Duration.ZERO, 1 << 20, Duration.ofSeconds(2));

  @Test
  void losesNothingSettledWhereverThePowerIsCut() {
    cutEverywhere(5);
  }

  @Test
  @Tag("slow")
  void losesNothingSettledAtAnyOperation() {
    cutEverywhere(1);
  }

  private static void cutEverywhere(int stride) {
    PowerCutDisk whole = new PowerCutDisk(0);
    new Script(whole).run();
    assertThat(whole.operations()).isGreaterThan(60);
    for (long cut = 0; cut < whole.operations() + 3; cut += stride) {
      PowerCutDisk disk = new PowerCutDisk(cut).cutAt(cut);
      Script script = new Script(disk);
      script.run();
      check(script, disk.afterCut(cut * 31), "power cut at operation " + cut);
    }
  }

  @Test
  void losesNothingSettledWhenAnOperationFails() {
    failEverywhere(7);
  }

  @Test
  @Tag("slow")
  void losesNothingSettledWhicheverOperationFails() {
    failEverywhere(1);
  }

  private static void failEverywhere(int stride) {
    PowerCutDisk whole = new PowerCutDisk(0);
    new Script(whole).run();
    for (long operation = 0; operation < whole.operations(); operation += stride) {
      PowerCutDisk disk = new PowerCutDisk(operation).failAt(operation, "Input/output error");
      Script script = new Script(disk);
      script.run();
      disk.failAt(Long.MAX_VALUE, "");
      check(script, disk, "failed operation " + operation);
      check(script, disk.afterCut(operation), "failed operation, then a cut, " + operation);
    }
  }

  private static void check(Script script, PowerCutDisk after, String what) {
    after.releaseLocks();
    try {
      script.check(after);
    } catch (RuntimeException | AssertionError e) {
      fail(what, e);
    }
  }

  /** One process that keeps exchanges both ways. */
  private static final class Script {
    private final PowerCutDisk disk;
    private final Random random = new Random(3);
    private final Set<String> settled = ConcurrentHashMap.newKeySet();
    private final Set<String> tried = new HashSet<>();

    Script(PowerCutDisk disk) {
      this.disk = disk;
    }

    void run() {
      Lake lake;
      try {
        lake = Lake.create(ROOT, Lakes.settings(disk, 1, LIMITS));
      } catch (TreadleException e) {
        return;
      }
      try (lake) {
        ExchangeLog door = lake.exchanges(Redactor.standard());
        for (int i = 0; i < 5; i++) {
          Exchange whole = Exchanges.answered(Lakes.NOW, random, "ask " + i, "say " + i);
          keep(door, Exchanges.open(whole.id(), whole.time(), "ask"), Durability.BEFORE_ANSWER);
          keep(
              door,
              Exchanges.answered(Lakes.NOW, random, "x".repeat(i * 500), "y"),
              Durability.GROUP_COMMIT);
          keep(door, whole, Durability.BEFORE_ANSWER);
          keep(door, "long ".repeat(14_000) + i);
          feedback(door, whole.id());
        }
        flush(lake);
        keep(door, Exchanges.answered(Lakes.NOW, random, "last", "y"), Durability.BEFORE_ANSWER);
        if (!disk.isCut()) {
          assertThat(door.isFailing()).isFalse();
        }
      } catch (TreadleException e) {
        // The lake's close tells of group commits that failed, and of a dead disk.
      }
    }

    /** So that no feedback is still on its way, whose failure would count after a success. */
    private static void flush(Lake lake) {
      try {
        lake.flush();
      } catch (TreadleException e) {
        // The tickets have told.
      }
    }

    private void keep(ExchangeLog door, String longText) {
      keep(door, Exchanges.answered(Lakes.NOW, random, longText, "short"), Durability.GROUP_COMMIT);
    }

    private void keep(ExchangeLog door, Exchange it, Durability durability) {
      String key = it.id() + "/" + it.state();
      tried.add(key);
      try {
        door.keep(it, durability).whenSettled(failure -> settle(key, failure));
      } catch (TreadleException e) {
        if (!disk.isCut()) {
          again(door, it, key);
        }
      }
    }

    private void again(ExchangeLog door, Exchange it, String key) {
      try {
        door.keep(it, Durability.BEFORE_ANSWER).whenSettled(failure -> settle(key, failure));
      } catch (TreadleException e) {
        fail("one operation fails, so the second try succeeds", e);
      }
    }

    private void feedback(ExchangeLog door, String exchange) {
      Feedback it =
          new Feedback(
              Feedback.newId(Lakes.NOW, random),
              Lakes.NOW,
              Optional.of(exchange),
              Optional.empty(),
              Optional.empty(),
              Optional.of(1.0),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Map.of());
      tried.add(it.id());
      try {
        door.keep(it, Durability.GROUP_COMMIT).whenSettled(failure -> settle(it.id(), failure));
      } catch (TreadleException e) {
        // Not acknowledged.
      }
    }

    private void settle(String key, Optional<TreadleException> failure) {
      if (failure.isEmpty()) {
        settled.add(key);
      }
    }

    void check(PowerCutDisk after) {
      Lake lake;
      try {
        lake = Lake.open(ROOT, Lakes.settings(after, 9, LIMITS));
      } catch (TreadleException e) {
        assertThat(settled).isEmpty();
        return;
      }
      try (lake) {
        List<String> found = new ArrayList<>();
        try (Lines lines = lake.read(Stream.EXCHANGES)) {
          while (lines.hasNext()) {
            Exchange it = ExchangeCodec.decode(lines.next().json(), name -> lake.blobs().get(name));
            found.add(it.id() + "/" + it.state());
          }
          assertThat(lines.report().damagedLines()).isZero();
        }
        found.addAll(Lakes.keys(lake.read(Stream.FEEDBACK)).stream().map(Script::id).toList());
        assertThat(tried).containsAll(found);
        assertThat(found).containsAll(settled);
        Map<String, String> last = new HashMap<>();
        try (Lines lines = lake.latest(Stream.EXCHANGES)) {
          lines.forEachRemaining(
              line -> {
                Exchange it = ExchangeCodec.decode(line.json());
                assertThat(last.put(it.id(), it.state().name())).isNull();
              });
        }
        settled.stream()
            .filter(key -> key.endsWith("/ANSWERED"))
            .forEach(key -> assertThat(last).containsEntry(id(key), "ANSWERED"));
      }
    }

    private static String id(String key) {
      return key.substring(0, key.indexOf('/'));
    }
  }
}
