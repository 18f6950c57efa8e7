package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.app.workspace.Configuration;
import dev.treadle.gateway.evaluate.EvaluateSettings;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code treadle.yaml} says under {@code evaluate}, and the file of known answers. */
class EvaluateConfigurationTest {
  private static final String ROUTES =
      """
      upstreams:
        local: {url: "http://127.0.0.1:11434"}
      routes:
        large: {to: local/large}
      """;

  @TempDir Path place;

  private static EvaluateSettings read(String section) {
    return Configuration.parse(ROUTES + "evaluate: " + section, "treadle.yaml")
        .gateway()
        .evaluate();
  }

  @Test
  void readsEveryKey() {
    assertThat(read("{}")).isEqualTo(EvaluateSettings.DEFAULT);
    EvaluateSettings settings =
        read("{judge: large, judge-swap: false, timeout: 7s, references: golden.jsonl}");
    assertThat(settings.judge()).contains("large");
    assertThat(settings.swaps()).isFalse();
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(settings.referencesFile()).contains("golden.jsonl");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{judge: nobody}|evaluate.judge names 'nobody'",
        "{judge: [large]}|evaluate.judge",
        "{timeout: 0s}|evaluate.timeout",
        "{judge-swap: maybe}|evaluate.judge-swap",
        "{jugde: large}|evaluate.judge"
      })
  void tellsWhatIsWrong(String section, String message) {
    assertThatThrownBy(() -> read(section))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"question\": \"q\"}|line 2: expected {\"question\"",
        "{\"question\": \"q\", \"reference\": \"1\", \"method\": \"magic\"}|there is no method 'magic'",
        "not json|line 2"
      })
  void tellsTheLineOfAKnownAnswerThatCannotBeRead(String line, String message) throws IOException {
    FakeMachine machine = new FakeMachine(place);
    Files.writeString(
        machine.folder().resolve("treadle.yaml"),
        ROUTES + "evaluate: {references: golden.jsonl}\n");
    Files.writeString(
        machine.folder().resolve("golden.jsonl"),
        "{\"question\": \"2+2?\", \"reference\": \"4\"}\n" + line + "\n");

    assertThat(machine.run("serve", "--listen", "127.0.0.1:0")).isEqualTo(1);
    assertThat(machine.all()).contains("golden.jsonl").contains(message);
  }

  @Test
  void tellsThatTheFileOfKnownAnswersIsNotThere() throws IOException {
    FakeMachine machine = new FakeMachine(place);
    Files.writeString(
        machine.folder().resolve("treadle.yaml"), ROUTES + "evaluate: {references: none.jsonl}\n");

    assertThat(machine.run("serve", "--listen", "127.0.0.1:0")).isEqualTo(1);
    assertThat(machine.all()).contains("none.jsonl").contains("cannot be read");
  }
}
