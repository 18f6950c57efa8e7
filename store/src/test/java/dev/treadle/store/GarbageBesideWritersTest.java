package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Collects garbage in another process at every operation of a writer, reader and collector. */
class GarbageBesideWritersTest {
  private static final Path ROOT = Path.of("/lake");

  private Instant now = Lakes.NOW;

  @Test
  void collectingAtAnyOperationOfAWriterLosesNothing() throws IOException {
    long operations = Long.MAX_VALUE;
    for (long at = 0; at < operations; at++) {
      // The first collection fills the trash, the second one a day later empties it.
      for (int before = 0; before < 2; before++) {
        try {
          operations = run(at, before == 1);
        } catch (RuntimeException | AssertionError e) {
          fail("collection at operation " + at + ", trash filled before: " + (before == 1), e);
        }
      }
    }
    assertThat(operations).isGreaterThan(20);
  }

  private long run(long at, boolean isFilledBefore) throws IOException {
    now = Lakes.NOW;
    PowerCutDisk disk = new PowerCutDisk(1);
    try (Lake other = Lake.create(ROOT, settings(disk, 1))) {
      put(other, "there");
      if (isFilledBefore) {
        other.collectGarbage(Map.of());
        now = now.plus(Duration.ofHours(25));
      }
      Hooked hooked = new Hooked(disk, at, () -> other.collectGarbage(Map.of()));
      try (Lake writer = Lake.open(ROOT, settings(hooked, 2))) {
        hooked.begin();
        String there = put(writer, "there");
        String fresh = put(writer, "fresh");
        check(writer, there, "there");
        refer(writer, there);
        refer(writer, fresh);
        hooked.end();
        for (int i = 0; i < 3; i++) {
          check(writer, there, "there");
          check(writer, fresh, "fresh");
          other.collectGarbage(Map.of());
          now = now.plus(Duration.ofHours(25));
        }
      }
      return hooked.count;
    }
  }

  private LakeSettings settings(Disk disk, long seed) {
    return new LakeSettings(disk, () -> now, new Random(seed), 42, Lakes.SMALL);
  }

  private static String put(Lake lake, String text) {
    return lake.blobs().put(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void refer(Lake lake, String sha256) {
    byte[] json =
        "{\"id\":\"e\",\"sha256\":\"%s\"}".formatted(sha256).getBytes(StandardCharsets.UTF_8);
    lake.appendLine(Stream.EXAMPLES, json, Durability.BEFORE_ANSWER);
  }

  private static void check(Lake lake, String sha256, String text) {
    assertThat(lake.blobs().exists(sha256)).isTrue();
    assertThat(new String(lake.blobs().get(sha256), StandardCharsets.UTF_8)).isEqualTo(text);
  }

  /** A disk on which something else happens just before one operation, readings too. */
  private static final class Hooked implements Disk {
    private final Disk disk;
    private final long at;
    private final Runnable hook;
    private volatile boolean counting;
    private volatile long count;

    Hooked(Disk disk, long at, Runnable hook) {
      this.disk = disk;
      this.at = at;
      this.hook = hook;
    }

    void begin() {
      counting = true;
    }

    void end() {
      counting = false;
    }

    private Disk next() {
      long number;
      synchronized (this) {
        number = counting ? count : -1;
        count += counting ? 1 : 0;
      }
      if (number == at) {
        hook.run();
      }
      return disk;
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
      next().createDirectory(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
      next().forceDirectory(directory);
    }

    @Override
    public Output create(Path file) throws IOException {
      return next().create(file);
    }

    @Override
    public Output createPrivate(Path file) throws IOException {
      return next().createPrivate(file);
    }

    @Override
    public Input open(Path file) throws IOException {
      return next().open(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      next().rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
      next().delete(path);
    }

    @Override
    public List<Entry> list(Path directory) throws IOException {
      return next().list(directory);
    }

    @Override
    public boolean exists(Path path) throws IOException {
      return next().exists(path);
    }

    @Override
    public Optional<Lock> tryLock(Path file) throws IOException {
      return next().tryLock(file);
    }
  }
}
