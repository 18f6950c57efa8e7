package dev.treadle.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Lakes, settings and lines for tests. */
public final class Lakes {
  public static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
  public static final LakeLimits SMALL =
      new LakeLimits(1 << 20, 4096, 1 << 20, Duration.ofMillis(1), 1 << 20, Duration.ofSeconds(2));

  private Lakes() {}

  public static LakeSettings settings(Disk disk, long seed, LakeLimits limits) {
    return new LakeSettings(disk, () -> NOW, new Random(seed), 42, limits);
  }

  public static LakeSettings settings(long seed) {
    return settings(new SystemDisk(), seed, LakeLimits.DEFAULT);
  }

  public static Lake create(Path folder, long seed) {
    return Lake.create(folder.resolve("lake"), settings(seed));
  }

  public static byte[] line(String id, String digest, String text) {
    String json =
        "{\"v\":1,\"id\":\"%s\",\"digest\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
            .formatted(id, digest, text);
    return json.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Appends past redaction: for the tests of other modules, which want a lake with things in it.
   */
  public static void append(Lake lake, Stream stream, byte[] json) {
    lake.appendLine(stream, json, Durability.BEFORE_ANSWER);
  }

  public static List<String> texts(Lines lines) {
    List<String> texts = new ArrayList<>();
    try (lines) {
      lines.forEachRemaining(line -> texts.add(line.toString()));
    }
    return texts;
  }

  /** {@code id/digest} of every line. */
  public static List<String> keys(Lines lines) {
    List<String> keys = new ArrayList<>();
    try (lines) {
      lines.forEachRemaining(
          line -> {
            LineKeys of = LineKeys.of(line.json(), 0, line.json().length);
            keys.add(of.id() + "/" + of.digest());
          });
    }
    return keys;
  }
}
