package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Status, doctor, forgetting and following, on the demo's workspace. */
class WheelCommandsTest {
  @TempDir Path place;

  @SuppressWarnings("NullAway.Init")
  private FakeMachine machine;

  @BeforeEach
  void demo() throws IOException {
    machine = new FakeMachine(place);
    machine.succeed("demo", "--no-training", "--workspace", "wheel");
    machine.in(machine.folder().resolve("wheel"));
  }

  private Path wheel() {
    return machine.folder();
  }

  @Test
  void statusNamesTheNextStep() throws IOException {
    assertThat(machine.json("status").path("next").asString()).startsWith("treadle export");
    Path session;
    try (Stream<Path> files = Files.walk(wheel().resolve("sessions"))) {
      session =
          files
              .filter(file -> file.toString().endsWith(".jsonl"))
              .sorted()
              .findFirst()
              .orElseThrow();
    }
    Files.writeString(
        session.resolveSibling("11111111-2222-4333-8444-555555555555.jsonl"),
        """
        {"type":"user","uuid":"n1","parentUuid":null,"sessionId":"11111111-2222-4333-8444-555555555555","timestamp":"2026-02-01T00:00:00.000Z","message":{"role":"user","content":"new question"}}
        {"type":"assistant","uuid":"n2","parentUuid":"n1","sessionId":"11111111-2222-4333-8444-555555555555","timestamp":"2026-02-01T00:00:01.000Z","message":{"id":"m_new","role":"assistant","model":"claude-x","content":[{"type":"text","text":"new answer"}]}}
        """);

    JsonNode status = machine.json("status");
    assertThat(status.path("changed_files").asInt()).isEqualTo(1);
    assertThat(status.path("next").asString()).isEqualTo("treadle import");
    machine.succeed("import");
    assertThat(machine.json("status").path("next").asString()).isEqualTo("treadle curate");
  }

  @Test
  void doctorFailsOnADamagedLakeAndOnAnOpenKey() throws IOException {
    assertThat(machine.run("doctor")).isZero();
    Path key = wheel().resolve("lake/state/key");
    Files.setPosixFilePermissions(
        key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(machine.run("doctor")).isEqualTo(1);

    assertThat(machine.out()).contains("chmod 600");
  }

  @Test
  void forgettingLeavesNoByteAndDoesNotComeBack() throws IOException {
    JsonNode row =
        machine.json(
            "data",
            "query",
            "select id, source.key as key from examples where id in (select id from \"main/1\") order by id limit 1");
    String session = row.path("key").asString();

    assertThat(machine.run("forget", "--session", session)).isEqualTo(1);
    assertThat(machine.json("forget", "--session", session, "--dry-run").path("done").asBoolean())
        .isFalse();
    JsonNode forgotten = machine.json("forget", "--session", session, "--yes");

    assertThat(forgotten.path("done").asBoolean()).isTrue();
    assertThat(forgotten.path("erased").path("revoked_versions").asInt()).isEqualTo(3);
    assertThat(log()).doesNotContain("\"key\":\"" + session);
    assertThat(machine.run("export", "--as", "openai", "--to", "again")).isEqualTo(1);
    Files.move(wheel().resolve("sessions"), wheel().resolve("elsewhere"));
    JsonNode report = machine.json("import", "elsewhere").path("report");
    assertThat(report.path("forgotten").asInt()).isPositive();
    assertThat(report.path("added").asInt()).isZero();
    assertThat(machine.succeed("curate")).contains("Dataset main/4");
  }

  /** Every line of the log, sealed segments unpacked. */
  private String log() throws IOException {
    StringBuilder log = new StringBuilder();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(wheel().resolve("lake/log"))) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      try (InputStream in =
          file.toString().endsWith(".zst")
              ? new com.github.luben.zstd.ZstdInputStream(Files.newInputStream(file))
              : Files.newInputStream(file)) {
        log.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    assertThat(log).isNotEmpty();
    return log.toString();
  }

  @Test
  void forgetsAllOfAPersonByName() {
    long before = machine.json("status").path("examples").asLong();

    assertThat(machine.run("forget", "--subject", "nobody", "--yes")).isEqualTo(1);
    machine.succeed("forget", "--subject", "ann", "--yes");

    assertThat(before).isPositive();
    assertThat(machine.json("status").path("examples").asLong()).isZero();
  }

  @Test
  void completionNamesEveryCommand() {
    assertThat(machine.succeed("completion")).contains("import", "--follow", "query");
  }

  @Test
  void curateRemovesWhatAKilledRunLeft() throws IOException {
    Path left = wheel().resolve("lake/cache/curate-20260101-000000-curate-0badf00d/0");
    Files.createDirectories(left);
    Files.writeString(left.resolve("part-7"), "somebody's words");

    machine.succeed("curate");

    assertThat(left.getParent()).doesNotExist();
  }
}
