package dev.treadle.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonFileTest {
  @TempDir private Path folder;

  private JsonFile read(String text, int mostBytes) throws IOException {
    Path file = Files.writeString(folder.resolve("it.json"), text);
    return JsonFile.read(file, mostBytes, TrainingError.ADAPTER_INVALID);
  }

  @Test
  void knowsWhatStandsThere() throws IOException {
    JsonFile it = read("{\"a\": 0, \"b\": null}", 19);

    assertThat(it.has("a")).isTrue();
    assertThat(it.has("b")).isFalse();
    assertThat(it.has("c")).isFalse();
    assertThat(it.invalid("a is 0"))
        .hasMessage(folder.resolve("it.json") + " is not valid: a is 0")
        .extracting("code")
        .isEqualTo(TrainingError.ADAPTER_INVALID);
  }

  @Test
  void saysWhichFileIsWrong() {
    assertThatThrownBy(() -> read("{\"a\": 0}", 7))
        .hasMessage(folder.resolve("it.json") + " is longer than 7 bytes")
        .extracting("code")
        .isEqualTo(TrainingError.ADAPTER_INVALID);
    assertThatThrownBy(() -> read("{\"a\": ", 100))
        .hasMessageStartingWith(folder.resolve("it.json") + " is ")
        .extracting("code")
        .isEqualTo(TrainingError.ADAPTER_INVALID);
    assertThatThrownBy(
            () -> JsonFile.read(folder.resolve("no"), 100, TrainingError.ADAPTER_INVALID))
        .hasMessageContaining("there is no ")
        .extracting("code")
        .isEqualTo(TrainingError.FILE_ABSENT);
  }
}
