package dev.treadle.training.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TrainingLogTest {
  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = folder.resolve(TrainingLog.NAME);
  }

  private void log(List<LogEntry> entries) {
    try (TrainingLog log = TrainingLog.create(file, (LogEntry.Start) entries.getFirst())) {
      entries.stream().skip(1).forEach(log::add);
      log.force();
    }
  }

  private static LogEntry.Resume resume(int step) {
    return new LogEntry.Resume(step, Runs.BEGUN.plusSeconds(9), "checkpoint-" + step);
  }

  private List<Integer> stepsAfterResumingAt(int step) {
    TrainingLog.resume(file, resume(step)).close();
    return TrainingLog.read(file).stream()
        .filter(LogEntry.Step.class::isInstance)
        .map(LogEntry::step)
        .toList();
  }

  @Test
  void everyLineIsReadAsItWasWritten() {
    List<LogEntry> run = Runs.run(20);
    log(run);

    assertThat(TrainingLog.read(file).subList(1, run.size())).isEqualTo(run.subList(1, run.size()));
    assertThat(TrainingLog.read(file).getFirst())
        .usingRecursiveComparison()
        .ignoringFields("settings")
        .isEqualTo(run.getFirst());
  }

  @Test
  void linesHaveTheNamesThatTheFieldUses() throws IOException {
    log(List.of(Runs.start(9), Runs.step(1, 2.5)));

    JsonNode step = Json.read(Files.readAllLines(file).get(1));
    assertThat(step.propertyNames())
        .containsExactly(
            "type",
            "step",
            "epoch",
            "loss",
            "learning_rate",
            "grad_norm",
            "tokens",
            "target_tokens",
            "tokens_per_second",
            "memory_bytes",
            "seconds");
  }

  @Test
  void lossThatIsNoNumberIsNullInTheFile() throws IOException {
    log(List.of(Runs.start(9), Runs.step(1, Double.NaN), Runs.step(2, Double.POSITIVE_INFINITY)));

    assertThat(Files.readString(file)).contains("\"loss\":null").doesNotContain("NaN");
    assertThat(((LogEntry.Step) TrainingLog.read(file).get(1)).loss()).isNaN();
    assertThat(((LogEntry.Step) TrainingLog.read(file).get(2)).loss()).isNaN();
  }

  @Test
  void stepsAfterTheCheckpointAreCutOff() {
    log(Runs.run(20));

    assertThat(stepsAfterResumingAt(7)).containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(TrainingLog.read(file).getLast()).isEqualTo(resume(7));
    assertThat(TrainingLog.read(file)).noneMatch(LogEntry.End.class::isInstance);
  }

  @Test
  void whatIsLoggedAfterResumingFollows() {
    log(Runs.run(20));
    try (TrainingLog log = TrainingLog.resume(file, resume(3))) {
      log.add(Runs.step(4, 1));
    }

    assertThat(TrainingLog.read(file).getLast()).isEqualTo(Runs.step(4, 1));
    assertThat(stepsAfterResumingAt(4)).containsExactly(1, 2, 3, 4);
    assertThat(stepsAfterResumingAt(0)).isEmpty();
    assertThat(TrainingLog.read(file)).hasSize(2);
  }

  @Test
  void tornLastLineIsPassedOverAndOverwritten() throws IOException {
    log(List.of(Runs.start(9), Runs.step(1, 2.5), Runs.step(2, 2.4)));
    byte[] whole = Files.readAllBytes(file);
    for (int torn = 1; torn < 60; torn++) {
      Files.write(file, java.util.Arrays.copyOf(whole, whole.length - torn));

      assertThat(TrainingLog.read(file)).as("without %s bytes", torn).hasSize(2);
    }
    assertThat(stepsAfterResumingAt(5)).containsExactly(1);
    assertThat(Files.readString(file)).endsWith("}\n");
  }

  @Test
  void damageInTheMiddleIsNamedByItsLine() throws IOException {
    log(List.of(Runs.start(9), Runs.step(1, 2.5)));
    for (String damage : List.of("{\"type\":\"st", "[]", "{}", "{\"type\":\"step\"}", "\0\0\0")) {
      Files.writeString(file, damage + "\n" + "{\"type\":\"end\",\"step\":1}\n");

      assertThatThrownBy(() -> TrainingLog.read(file))
          .as(damage)
          .isInstanceOf(TreadleException.class)
          .hasMessageStartingWith(file + " is damaged at line 1 (")
          .extracting(it -> ((TreadleException) it).code())
          .isEqualTo(TrainingError.LOG_DAMAGED);
    }
  }

  @Test
  void lineOfALaterVersionIsKept() throws IOException {
    log(List.of(Runs.start(9)));
    String line = "{\"type\":\"probe\",\"step\":3,\"x\":[1]}";
    Files.writeString(file, line + "\n", StandardOpenOption.APPEND);

    assertThat(TrainingLog.read(file).getLast()).isEqualTo(new LogEntry.Unknown(3, line));
    assertThat(LogEntryCodec.json(TrainingLog.read(file).getLast())).isEqualTo(Json.read(line));
  }

  @Test
  void logThatIsThereIsNotOverwritten() {
    log(List.of(Runs.start(9)));

    assertThatThrownBy(() -> TrainingLog.create(file, Runs.start(9)))
        .extracting(it -> ((TreadleException) it).code())
        .isEqualTo(TrainingError.OUTPUT_EXISTS);
  }

  @Test
  void endlessLineIsRefused() throws IOException {
    Files.writeString(file, "x".repeat((4 << 20) + 1));

    assertThatThrownBy(() -> TrainingLog.read(file)).hasMessageContaining("longer than");
  }

  @Test
  void accuracyMayBeMissing() {
    LogEntry.Evaluation bare = new LogEntry.Evaluation(1, 0.1, 2, Optional.empty(), 10, true, 3);
    log(List.of(Runs.start(9), bare));

    assertThat(TrainingLog.read(file).getLast()).isEqualTo(bare);
  }
}
