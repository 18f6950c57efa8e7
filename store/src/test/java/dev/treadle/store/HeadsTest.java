package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.store.Heads.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadsTest {
  @TempDir Path folder;

  private static void append(Lake lake, String id, String digest) {
    lake.appendLine(Stream.EXAMPLES, Lakes.line(id, digest, "x"), Durability.BEFORE_ANSWER);
  }

  @Test
  void tellsNewFromSameFromRevisedFromForgotten() {
    try (Lake lake = Lakes.create(folder, 1)) {
      append(lake, "a", "1");
      append(lake, "a", "2");
      append(lake, "f", "1");
      lake.forgetting().forget(Set.of("f"));
      Heads heads = lake.heads(Stream.EXAMPLES);
      assertThat(heads.standing("a", "2")).isEqualTo(Standing.SAME);
      assertThat(heads.standing("a", "1")).isEqualTo(Standing.REVISED);
      assertThat(heads.standing("b", "1")).isEqualTo(Standing.NEW);
      assertThat(heads.standing("f", "1")).isEqualTo(Standing.FORGOTTEN);
      assertThat(heads.standing("f.part", "1")).isEqualTo(Standing.FORGOTTEN);
      heads.note("b", "1");
      assertThat(heads.standing("b", "1")).isEqualTo(Standing.SAME);
    }
  }

  /** Writers come and go, segments are sealed, the cache is there, is gone, or is broken. */
  @Test
  void aCacheOfAnyAgeChangesNoAnswer() throws IOException {
    Random random = new Random(5);
    Path root = folder.resolve("lake");
    Path cache = root.resolve("cache/heads-examples");
    Lake first = Lake.create(root, Lakes.settings(new SystemDisk(), 1, Lakes.SMALL));
    Lake second = Lake.open(root, Lakes.settings(new SystemDisk(), 2, Lakes.SMALL));
    try (first;
        second) {
      for (int round = 0; round < 60; round++) {
        for (int i = 0; i < 10; i++) {
          Lake lake = random.nextBoolean() ? first : second;
          append(lake, "id" + random.nextInt(40), "d" + random.nextInt(5));
        }
        switch (random.nextInt(6)) {
          case 0 -> first.seal();
          case 1 -> second.seal();
          case 2 -> Files.deleteIfExists(cache);
          case 3 -> {
            if (Files.exists(cache)) {
              byte[] bytes = Files.readAllBytes(cache);
              bytes[random.nextInt(bytes.length)] ^= 1;
              Files.write(cache, bytes);
            }
          }
          case 4 -> {
            first.forgetting().forget(Set.of("id" + random.nextInt(40)));
            first.eraseForgotten();
          }
          default -> {}
        }
        check(first);
      }
    }
  }

  private static void check(Lake lake) {
    Map<String, String> expected = new HashMap<>();
    try (Lines lines = lake.latest(Stream.EXAMPLES)) {
      lines.forEachRemaining(
          line -> {
            LineKeys keys = LineKeys.of(line.json(), 0, line.json().length);
            assertThat(expected.put(String.valueOf(keys.id()), String.valueOf(keys.digest())))
                .isNull();
          });
    }
    Heads heads = lake.heads(Stream.EXAMPLES);
    for (int i = 0; i < 40; i++) {
      String id = "id" + i;
      String digest = expected.get(id);
      Standing standing = heads.standing(id, digest == null ? "d0" : digest);
      if (digest == null) {
        assertThat(standing).isIn(Standing.NEW, Standing.FORGOTTEN);
      } else {
        assertThat(standing).isEqualTo(Standing.SAME);
      }
    }
  }

  @Test
  void theTableHoldsManyIds() {
    IdTable table = new IdTable();
    for (int i = 0; i < 200_000; i++) {
      table.put(table.findOrAdd("id" + i), i, -i);
    }
    assertThat(table.size()).isEqualTo(200_000);
    for (int i = 0; i < 200_000; i++) {
      int entry = table.find("id" + i);
      assertThat(table.first(entry)).isEqualTo(i);
      assertThat(table.second(entry)).isEqualTo(-i);
    }
    assertThat(table.find("other")).isEqualTo(-1);
  }
}
