package dev.treadle.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.store.DatasetVersion.Split;
import dev.treadle.store.Lake.Amount;
import dev.treadle.store.Lake.Garbage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What garbage collection removes, and what it leaves. */
class GarbageCollectionTest {
  private static final Map<Stream, Duration> FOR_EVER = Map.of();
  private static final String X = "x".repeat(100);

  @TempDir Path folder;
  private Instant now = Lakes.NOW;
  private int seed;
  private Lake lake;

  @BeforeEach
  void create() {
    lake = Lake.create(root(), settings(new SystemDisk()));
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private Path root() {
    return folder.resolve("lake");
  }

  private LakeSettings settings(Disk disk) {
    return new LakeSettings(disk, () -> now, new Random(seed++), 42, LakeLimits.DEFAULT);
  }

  private void reopen() {
    lake.close();
    lake = Lake.open(root(), settings(new SystemDisk()));
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private void append(Stream stream, String id) {
    lake.appendLine(stream, Lakes.line(id, "1", X), Durability.BEFORE_ANSWER);
  }

  private void refer(Lake from, String id, String sha256) {
    String json = "{\"v\":1,\"id\":\"%s\",\"parts\":[{\"sha256\":\"%s\"}]}".formatted(id, sha256);
    from.appendLine(
        Stream.EXAMPLES, json.getBytes(StandardCharsets.UTF_8), Durability.BEFORE_ANSWER);
  }

  private String put(String text) {
    return lake.blobs().put(text.getBytes(StandardCharsets.UTF_8));
  }

  private String text(String sha256) {
    return new String(lake.blobs().get(sha256), StandardCharsets.UTF_8);
  }

  private Garbage collect() {
    Garbage found = lake.findGarbage(FOR_EVER);
    Garbage collected = lake.collectGarbage(FOR_EVER);
    assertThat(collected.blobs()).isEqualTo(found.blobs());
    assertThat(collected.discarded()).isEqualTo(found.discarded());
    assertThat(collected.restored()).isEqualTo(found.restored());
    assertThat(collected.tails()).isEqualTo(found.tails());
    assertThat(collected.spills()).isEqualTo(found.spills());
    assertThat(collected.troubles()).isEqualTo(found.troubles());
    return collected;
  }

  @Test
  void wholeDaysOlderThanTheRetentionOfTheirStreamGo() throws IOException {
    List<String> ids = new ArrayList<>();
    for (int day = 0; day < 5; day++) {
      append(Stream.EXAMPLES, "e" + day);
      append(Stream.EXCHANGES, "x" + day);
      ids.add("x" + day + "/1");
      pass(Duration.ofDays(1));
    }
    lake.seal();
    Map<Stream, Duration> retention = Map.of(Stream.EXAMPLES, Duration.ofDays(3));

    Garbage found = lake.findGarbage(retention);
    assertThat(Lakes.keys(lake.read(Stream.EXAMPLES))).hasSize(5);
    Garbage collected = lake.collectGarbage(retention);

    assertThat(collected).isEqualTo(found);
    assertThat(collected.segments()).containsOnlyKeys(Stream.EXAMPLES);
    assertThat(collected.segments().values())
        .singleElement()
        .matches(it -> it.count() == 2 && it.bytes() > 0);
    assertThat(Lakes.keys(lake.read(Stream.EXAMPLES))).containsExactly("e2/1", "e3/1", "e4/1");
    assertThat(Lakes.keys(lake.read(Stream.EXCHANGES))).isEqualTo(ids);
    assertThat(root().resolve("log/examples/2026-11-20")).doesNotExist();
    assertThat(lake.heads(Stream.EXAMPLES).size()).isEqualTo(3);
    assertThat(lake.collectGarbage(retention).segments()).isEmpty();
  }

  @Test
  void theDayThatIsExactlyAsOldAsTheRetentionStays() {
    append(Stream.LEDGER, "a");
    lake.seal();
    Map<Stream, Duration> retention = Map.of(Stream.LEDGER, Duration.ofDays(2));
    now = Instant.parse("2026-11-22T23:59:59Z");
    assertThat(lake.collectGarbage(retention).segments()).isEmpty();
    now = Instant.parse("2026-11-23T00:00:00Z");
    assertThat(lake.collectGarbage(retention).segments()).hasSize(1);
  }

  @Test
  void livingSegmentIsNeverTouched() {
    append(Stream.EXAMPLES, "a");
    Instant then = now;
    try (Lake other =
        Lake.open(
            root(),
            new LakeSettings(
                new SystemDisk(), () -> then, new Random(77), 42, LakeLimits.DEFAULT))) {
      other.appendLine(Stream.EXAMPLES, Lakes.line("b", "1", X), Durability.BEFORE_ANSWER);
      lake.seal();
      pass(Duration.ofDays(100));
      Map<Stream, Duration> retention = Map.of(Stream.EXAMPLES, Duration.ofDays(1));
      assertThat(lake.collectGarbage(retention).segments().values())
          .singleElement()
          .matches(it -> it.count() == 1);
      assertThat(Lakes.keys(lake.read(Stream.EXAMPLES))).containsExactly("b/1");
      other.appendLine(Stream.EXAMPLES, Lakes.line("c", "1", X), Durability.BEFORE_ANSWER);
      assertThat(Lakes.keys(lake.read(Stream.EXAMPLES))).containsExactly("b/1", "c/1");
    }
  }

  @Test
  void blobThatNoLineRefersToGoesAfterADayInTheTrash() {
    String kept = put("kept");
    String loose = put("loose");
    refer(lake, "a", kept);

    Garbage first = collect();
    assertThat(first.discarded()).isEqualTo(new Amount(1, 5));
    assertThat(first.due()).contains(now.plus(Duration.ofHours(24)));
    assertThat(text(loose)).isEqualTo("loose");
    assertThat(lake.blobs().exists(loose)).isTrue();
    assertThat(root().resolve("trash").resolve(loose)).exists();

    pass(Duration.ofHours(23));
    assertThat(collect().blobs()).isEqualTo(Amount.NOTHING);
    assertThat(text(loose)).isEqualTo("loose");

    pass(Duration.ofHours(1));
    Garbage last = collect();
    assertThat(last.blobs()).isEqualTo(new Amount(1, 5));
    assertThat(last.due()).isEmpty();
    assertThat(lake.blobs().exists(loose)).isFalse();
    assertThat(text(kept)).isEqualTo("kept");
  }

  @Test
  void lineAppendedAfterTheFirstRunBringsItsBlobBack() {
    String blob = put("late");
    collect();
    refer(lake, "a", blob);
    assertThat(text(blob)).isEqualTo("late");
    pass(Duration.ofHours(30));

    assertThat(collect().restored()).isEqualTo(new Amount(1, 4));
    assertThat(root().resolve("trash").resolve(blob)).doesNotExist();
    assertThat(text(blob)).isEqualTo("late");
    assertThat(collect().discarded()).isEqualTo(Amount.NOTHING);
  }

  @Test
  void puttingTheBytesAgainBeginsTheDayAnew() {
    String blob = put("again");
    collect();
    pass(Duration.ofHours(23));
    assertThat(put("again")).isEqualTo(blob);
    assertThat(root().resolve("blobs").resolve(blob.substring(0, 2)).resolve(blob)).exists();

    pass(Duration.ofHours(2));
    Garbage second = collect();
    assertThat(second.blobs().count()).isEqualTo(1);
    assertThat(second.discarded().count()).isEqualTo(1);
    assertThat(text(blob)).isEqualTo("again");
    refer(lake, "a", blob);
    pass(Duration.ofHours(24));
    assertThat(collect().restored().count()).isEqualTo(1);
    assertThat(text(blob)).isEqualTo("again");
  }

  @Test
  void everyRevisionEveryStreamAndEveryDatasetVersionRefers() {
    String revised = put("revised");
    String version = put("version");
    String torn = put("torn");
    refer(lake, "a", revised);
    append(Stream.EXAMPLES, "a");
    lake.seal();
    try (DatasetDraft draft = lake.datasets().draft("set")) {
      draft.add(Split.VAL, Lakes.line("v", "1", version));
      draft.commit("r", List.of(), "run", "card");
    }
    try (Lake other = Lake.open(root(), settings(new SystemDisk()))) {
      refer(other, "b", torn);
      assertThat(collect().discarded()).isEqualTo(Amount.NOTHING);
    }
  }

  @Test
  void blobOfADayThatGoesGoesWithIt() {
    refer(lake, "a", put("old"));
    lake.seal();
    pass(Duration.ofDays(9));
    Map<Stream, Duration> retention = Map.of(Stream.EXAMPLES, Duration.ofDays(3));
    assertThat(lake.findGarbage(retention).discarded().count()).isEqualTo(1);
    assertThat(lake.collectGarbage(retention).discarded().count()).isEqualTo(1);
  }

  @Test
  void noBlobIsTouchedWhileASegmentCannotBeRead() throws IOException {
    String blob = put("mine");
    append(Stream.EXAMPLES, "a");
    lake.seal();
    Path segment;
    try (var files = Files.walk(root().resolve("log"))) {
      segment = files.filter(it -> it.toString().endsWith(".zst")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(segment);
    Files.write(segment, java.util.Arrays.copyOf(bytes, bytes.length - 3));

    Garbage garbage = collect();
    assertThat(garbage.discarded()).isEqualTo(Amount.NOTHING);
    assertThat(garbage.troubles()).singleElement().asString().contains(segment.toString());
    assertThat(root().resolve("blobs").resolve(blob.substring(0, 2)).resolve(blob)).exists();
  }

  @Test
  void tailsAndSpillsGoADayAfterTheyWereSeen() throws IOException {
    Path tail =
        Files.createDirectories(root().resolve("log/ledger/2026-11-01")).resolve("a-1.jsonl.cut");
    Files.writeString(tail, "torn");
    Path spills = Files.createDirectories(root().resolve("cache/duckdb"));
    Files.writeString(spills.resolve("dead.tmp"), "dead");
    Files.writeString(spills.resolve("living.tmp"), "1");

    assertThat(collect().tails()).isEqualTo(Amount.NOTHING);
    pass(Duration.ofHours(25));
    Files.writeString(spills.resolve("living.tmp"), "12");
    Files.writeString(spills.resolve("new.tmp"), "1");
    Garbage second = collect();

    assertThat(second.tails()).isEqualTo(new Amount(1, 4));
    assertThat(second.spills()).isEqualTo(new Amount(1, 4));
    assertThat(tail).doesNotExist();
    assertThat(spills).isDirectoryNotContaining("glob:**/dead.tmp");
    assertThat(spills.resolve("living.tmp")).exists();
    assertThat(spills.resolve("new.tmp")).exists();
  }

  @Test
  void whatDeadWritersLeftIsCounted() throws IOException {
    MortalDisk process = new MortalDisk(new SystemDisk());
    Lake other = Lake.open(root(), settings(process));
    Path left;
    try (var files = Files.list(root().resolve("tmp"))) {
      left = files.filter(Files::isDirectory).max(Path::compareTo).orElseThrow();
    }
    process.kill();
    other.close();
    try (var folders = Files.list(root().resolve("tmp"))) {
      for (Path it : folders.filter(Files::isDirectory).toList()) {
        Files.writeString(it.resolve("0-file"), "left");
      }
    }
    assertThat(left).isDirectory();
    assertThat(lake.findGarbage(FOR_EVER).temporary()).isEqualTo(new Amount(1, 4));
    reopen();
    assertThat(lake.collectGarbage(FOR_EVER).temporary().count()).isEqualTo(1);
  }

  @Test
  void clockThatWasAheadBeginsTheDayAnew() {
    Instant right = now;
    String blob = put("x");
    pass(Duration.ofDays(900));
    collect();
    now = right;
    assertThat(collect().due()).contains(right.plus(Duration.ofHours(24)));
    pass(Duration.ofHours(24));
    assertThat(collect().blobs().count()).isEqualTo(1);
    assertThat(lake.blobs().exists(blob)).isFalse();
  }
}
