package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeTest {
  @TempDir Path folder;

  private static byte[] line(int number) {
    return Lakes.line("ex_" + number, "d" + number, "text " + number);
  }

  private static List<Path> files(Path root) throws IOException {
    try (var paths = Files.walk(root)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void readsWhatWasAppendedBesideTheWriterAndAfterIt() {
    try (Lake lake = Lakes.create(folder, 1)) {
      lake.appendLine(Stream.EXAMPLES, line(1), Durability.BEFORE_ANSWER);
      assertThat(lake.appendLine(Stream.EXAMPLES, line(2), Durability.BEFORE_ANSWER).isDurable())
          .isTrue();
      assertThat(Lakes.keys(lake.read(Stream.EXAMPLES))).containsExactly("ex_1/d1", "ex_2/d2");
      assertThat(Lakes.keys(lake.read(Stream.LEDGER))).isEmpty();
    }
    try (Lake lake = Lake.openReadOnly(folder.resolve("lake"), Lakes.settings(2))) {
      assertThat(Lakes.texts(lake.read(Stream.EXAMPLES)))
          .containsExactly(
              new String(line(1), StandardCharsets.UTF_8),
              new String(line(2), StandardCharsets.UTF_8));
    }
  }

  @Test
  void sealsOnCloseAndLeavesNothingElse() throws IOException {
    try (Lake lake = Lakes.create(folder, 1)) {
      lake.appendLine(Stream.EXAMPLES, line(1), Durability.GROUP_COMMIT);
    }
    assertThat(files(folder))
        .extracting(path -> folder.relativize(path).toString())
        .hasSize(2)
        .contains("lake/FORMAT")
        .anyMatch(name -> name.matches("lake/log/examples/2026-11-20/[0-9a-f]+-[0-9]+.jsonl.zst"));
  }

  @Test
  void commitsManyCallersTogether() throws InterruptedException {
    try (Lake lake = Lakes.create(folder, 1)) {
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        int caller = i;
        callers.add(
            Thread.startVirtualThread(
                () -> {
                  for (int j = 0; j < 20; j++) {
                    lake.appendLine(
                        Stream.EXCHANGES, line(caller * 1000 + j), Durability.BEFORE_ANSWER);
                  }
                }));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(Lakes.keys(lake.read(Stream.EXCHANGES))).hasSize(1000).doesNotHaveDuplicates();
    }
  }

  @Test
  void twoLakesOfOneProcessDoNotTakeEachOthersSegments() throws IOException {
    try (Lake first = Lakes.create(folder, 1)) {
      first.appendLine(Stream.EXAMPLES, line(1), Durability.BEFORE_ANSWER);
      try (Lake second = Lake.open(folder.resolve("lake"), Lakes.settings(2))) {
        assertThat(second.recovered()).isEqualTo(Lake.RecoveryReport.NOTHING);
        second.appendLine(Stream.EXAMPLES, line(2), Durability.BEFORE_ANSWER);
        first.appendLine(Stream.EXAMPLES, line(3), Durability.BEFORE_ANSWER);
      }
      assertThat(Lakes.keys(first.read(Stream.EXAMPLES)))
          .containsExactlyInAnyOrder("ex_1/d1", "ex_2/d2", "ex_3/d3");
    }
  }

  @Test
  void recoversAnOrphanAndKeepsItsTornTail() throws IOException {
    Path root = folder.resolve("lake");
    Lakes.create(folder, 1).close();
    Path day = Files.createDirectories(root.resolve("log/examples/2026-11-19"));
    byte[] whole = Line.encode(line(1), 1 << 20);
    Path orphan = day.resolve("abc-1.jsonl");
    Files.write(orphan, whole);
    Files.write(
        orphan,
        "{\"v\":1,\"id\":\"ex_2".getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.APPEND);
    try (Lake before = Lake.openReadOnly(root, Lakes.settings(2));
        Lines lines = before.read(Stream.EXAMPLES)) {
      assertThat(lines.next().toString()).isEqualTo(new String(line(1), StandardCharsets.UTF_8));
      assertThat(lines.hasNext()).isFalse();
      assertThat(lines.report().tornBytes()).isEqualTo(17);
    }
    try (Lake lake = Lake.open(root, Lakes.settings(3))) {
      assertThat(lake.recovered()).isEqualTo(new Lake.RecoveryReport(1, 1, 1, 17, List.of()));
      assertThat(Lakes.keys(lake.read(Stream.EXAMPLES))).containsExactly("ex_1/d1");
      assertThat(files(day))
          .extracting(p -> p.getFileName().toString())
          .containsExactly("abc-1.jsonl.cut", "abc-1.jsonl.zst");
    }
  }

  @Test
  void sealsAFullSegmentAndOneOfYesterday() throws IOException {
    AtomicReference<Instant> now = new AtomicReference<>(Lakes.NOW);
    LakeSettings settings =
        new LakeSettings(new SystemDisk(), now::get, new Random(1), 42, Lakes.SMALL);
    Path root = folder.resolve("lake");
    try (Lake lake = Lake.create(root, settings)) {
      for (int i = 0; i < 200; i++) {
        lake.appendLine(Stream.EXAMPLES, line(i), Durability.BEFORE_ANSWER);
      }
      now.set(Instant.parse("2026-11-21T00:00:00Z"));
      lake.appendLine(Stream.EXAMPLES, line(200), Durability.BEFORE_ANSWER);
      lake.seal();
      List<String> keys = Lakes.keys(lake.read(Stream.EXAMPLES));
      assertThat(keys).hasSize(201).startsWith("ex_0/d0", "ex_1/d1").endsWith("ex_200/d200");
      assertThat(files(root.resolve("log")))
          .hasSizeGreaterThan(5)
          .allMatch(path -> path.toString().endsWith(".jsonl.zst"));
      assertThat(files(root.resolve("log/examples/2026-11-21"))).hasSize(1);
      assertThat(Lakes.keys(lake.read(Stream.EXAMPLES, LocalDate.parse("2026-11-21"))))
          .containsExactly("ex_200/d200");
      assertThat(Lakes.keys(lake.read(Stream.EXAMPLES, LocalDate.parse("2026-11-20"))))
          .hasSize(201);
    }
  }

  @Test
  void givesTheLastRevisionOfEachId() {
    try (Lake lake = Lakes.create(folder, 1)) {
      lake.appendLine(Stream.EXAMPLES, Lakes.line("a", "1", "x"), Durability.BEFORE_ANSWER);
      lake.appendLine(Stream.EXAMPLES, Lakes.line("b", "1", "x"), Durability.BEFORE_ANSWER);
      lake.appendLine(Stream.EXAMPLES, Lakes.line("a", "2", "x"), Durability.BEFORE_ANSWER);
      lake.seal();
      lake.appendLine(Stream.EXAMPLES, Lakes.line("b", "2", "x"), Durability.BEFORE_ANSWER);
      lake.appendLine(Stream.EXAMPLES, Lakes.line("c", "1", "x"), Durability.BEFORE_ANSWER);
      lake.appendLine(Stream.EXAMPLES, Lakes.line("b", "3", "x"), Durability.BEFORE_ANSWER);
      assertThat(Lakes.keys(lake.latest(Stream.EXAMPLES))).containsExactly("a/2", "c/1", "b/3");
    }
  }

  @Test
  void aReaderBesideWritingAndSealingMissesNothing() throws InterruptedException {
    Path root = folder.resolve("lake");
    AtomicInteger acknowledged = new AtomicInteger();
    AtomicBoolean done = new AtomicBoolean();
    try (Lake lake = Lake.create(root, Lakes.settings(new SystemDisk(), 1, Lakes.SMALL));
        LakeSql sql = lake.sql(LakeSql.Budget.DEFAULT)) {
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 600; i++) {
                      lake.appendLine(Stream.EXAMPLES, line(i), Durability.BEFORE_ANSWER);
                      acknowledged.set(i + 1);
                    }
                    done.set(true);
                  });
      while (!done.get()) {
        int before = acknowledged.get();
        assertThat(Lakes.keys(lake.read(Stream.EXAMPLES)))
            .hasSizeGreaterThanOrEqualTo(before)
            .doesNotHaveDuplicates();
        assertThat(Lakes.keys(lake.latest(Stream.EXAMPLES))).hasSizeGreaterThanOrEqualTo(before);
        try (Rows rows =
            sql.query(
                "SELECT count(*), count(DISTINCT id) FROM examples", LakeSql.Budget.DEFAULT)) {
          List<?> row = rows.next();
          assertThat((Long) row.getFirst()).isGreaterThanOrEqualTo(before);
          assertThat(row.getFirst()).isEqualTo(row.getLast());
        }
      }
      writer.join();
    }
  }

  @Test
  void refusesALakeOfANewerFormat() throws IOException {
    Path root = folder.resolve("lake");
    Lakes.create(folder, 1).close();
    Files.writeString(root.resolve("FORMAT"), "{\"format\":2}");
    assertThatThrownBy(() -> Lake.open(root, Lakes.settings(2)))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("has format 2")
        .hasMessageContaining("use a newer treadle");
    Files.writeString(root.resolve("FORMAT"), "hello");
    assertThatThrownBy(() -> Lake.open(root, Lakes.settings(2))).hasMessageContaining("restore it");
  }

  @Test
  void refusesWhatIsNoLineAndWhatIsTooLong() {
    try (Lake lake = Lakes.create(folder, 1)) {
      for (String bad : List.of("", "{}", "[1,2,3]", "{\"a\":1} ", "{\"a\":\n1}")) {
        byte[] json = bad.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> lake.appendLine(Stream.LEDGER, json, Durability.GROUP_COMMIT))
            .isInstanceOf(TreadleException.class);
      }
      byte[] json = Lakes.line("a", "b", "x".repeat(32 << 20));
      assertThatThrownBy(() -> lake.appendLine(Stream.LEDGER, json, Durability.GROUP_COMMIT))
          .hasMessageContaining("put its large parts into blobs");
    }
  }

  @Test
  void aClosedLakeAndAReadOnlyOneAcceptNothing() {
    Lake lake = Lakes.create(folder, 1);
    lake.close();
    assertThatThrownBy(() -> lake.appendLine(Stream.LEDGER, line(1), Durability.BEFORE_ANSWER))
        .hasMessageContaining("is closed");
    Lake reading = Lake.openReadOnly(folder.resolve("lake"), Lakes.settings(2));
    assertThatThrownBy(() -> reading.appendLine(Stream.LEDGER, line(1), Durability.BEFORE_ANSWER))
        .hasMessageContaining("reading only");
    reading.close();
  }
}
