package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code treadle gc} in a workspace with the demo's sessions. */
class GcTest {
  private static final String LOOSE =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private FakeMachine machine;

  @BeforeEach
  void fillWorkspace() throws IOException {
    machine = new FakeMachine(place);
    FakeMachine.unpackDemo(machine.folder().resolve("sessions"));
    configure("");
    machine.succeed("import");
  }

  private void configure(String retention) throws IOException {
    Files.writeString(
        machine.folder().resolve("treadle.yaml"),
        "sources:\n  claude-code: [sessions]\n" + retention);
  }

  private Path lake() {
    return machine.folder().resolve("lake");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(lake())) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void leavesAllThatIsNeeded() throws IOException {
    assertThat(machine.succeed("gc")).isEqualTo("Nothing was removed.\n");
    assertThat(machine.succeed("gc", "--dry-run")).isEqualTo("Nothing would be removed.\n");
    machine.succeed("curate");
  }

  @Test
  void movesTextsWithoutRecordToTheTrash() throws IOException {
    Path loose = Files.createDirectories(lake().resolve("blobs/2c")).resolve(LOOSE);
    Files.writeString(loose, "hello");
    List<Path> before = files();

    assertThat(machine.succeed("gc", "--dry-run"))
        .contains("Nothing would be removed.", "Would go to the trash: 1, 5 B", "A run from 2026-");
    assertThat(files()).isEqualTo(before);
    JsonNode result = machine.json("gc");

    assertThat(result.path("dry_run").asBoolean()).isFalse();
    assertThat(result.path("trashed").path("count").asLong()).isEqualTo(1);
    assertThat(result.path("trashed").path("bytes").asLong()).isEqualTo(5);
    assertThat(loose).doesNotExist();
    assertThat(lake().resolve("trash").resolve(LOOSE)).hasContent("hello");
  }

  @Test
  void removesDaysOlderThanTheirRetention() throws IOException {
    Path day = lake().resolve("log/examples/2026-11-20");
    Files.move(day, day.resolveSibling("2026-10-01"));
    configure("retention:\n  examples: 60\n");
    assertThat(machine.succeed("gc")).contains("Nothing");
    configure("retention:\n  examples: 30\n");

    assertThat(machine.succeed("gc", "--dry-run")).contains("Would be removed:\n", "examples");
    assertThat(machine.json("data", "show").path("records").asLong()).isPositive();
    JsonNode result = machine.json("gc");

    assertThat(result.path("segments").path("examples").path("count").asLong()).isPositive();
    assertThat(machine.json("data", "show").path("records").asLong()).isZero();
  }

  @Test
  void makesNoLakeAndRefusesWrongDays() throws IOException {
    configure("lake: other\n");
    assertThat(machine.run("gc")).isEqualTo(1);
    assertThat(machine.err()).contains("no lake");
    assertThat(machine.folder().resolve("other")).doesNotExist();
    for (String days : List.of("0", "-3", "1.5", "many", "99999999999")) {
      configure("retention:\n  ledger: " + days + "\n");
      assertThat(machine.run("gc")).isEqualTo(1);
      assertThat(machine.err()).contains("retention.ledger", "days from 1", days);
    }
    configure("retention:\n  exampels: 3\n");
    assertThat(machine.run("gc")).isEqualTo(1);
    assertThat(machine.err()).contains("did you mean 'retention.examples'?");
  }
}
