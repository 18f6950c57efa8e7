package dev.treadle.training.torchrun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class DeepSpeedFileTest {
  /** As people write them down: with comments, and with most of it left to whoever calls. */
  private static final String COMMENTED =
      """
      {
        "bf16": {"enabled": true},
        "zero_optimization": {
          "stage": 3,                       # weights, gradients and moments in parts
          "offload_optimizer": {"device": "cpu", "pin_memory": true},
          "offload_param": {"device": "cpu", "pin_memory": true},
          "overlap_comm": true,             # while it computes
          "contiguous_gradients": true,
          "stage3_prefetch_bucket_size": "auto",
          "stage3_param_persistence_threshold": "auto",
          "stage3_max_live_parameters": 1e9,
          "stage3_gather_16bit_weights_on_model_save": true
        },
        "gradient_accumulation_steps": "auto",
        "gradient_clipping": "auto",
        "train_batch_size": "auto",
        "train_micro_batch_size_per_gpu": "auto"
      }
      """;

  @TempDir private Path folder;

  private static TrainingSettings settings(boolean isHalf) {
    return TrainingSettings.read(
        Json.read(
            "{\"training\": {\"batch_size\": 2, \"gradient_accumulation_steps\": 8, \"bf16\": "
                + isHalf
                + "}}"));
  }

  private DeepSpeedFile.Ready read(String text) throws IOException {
    Path file = folder.resolve("zero3.json");
    Files.writeString(file, text);
    return DeepSpeedFile.of(Optional.of(file), settings(true), 4);
  }

  @Test
  void readsAFileWithComments() throws IOException {
    DeepSpeedFile.Ready ready = read(COMMENTED);

    JsonNode zero = ready.json().path("zero_optimization");
    assertThat(zero.path("offload_param").path("device").asString()).isEqualTo("cpu");
    assertThat(zero.path("stage3_max_live_parameters").doubleValue()).isEqualTo(1e9);
    assertThat(ready.json().path("communication_data_type").asString()).isEqualTo("fp32");
    assertThat(ready.notes()).isEmpty();
  }

  @Test
  void makesOneWhereThereIsNone() {
    JsonNode json = DeepSpeedFile.of(Optional.empty(), settings(false), 4).json();

    assertThat(json.path("zero_optimization").path("stage").intValue()).isEqualTo(3);
    assertThat(json.path("bf16").path("enabled").booleanValue()).isFalse();
    assertThat(json.path("train_batch_size").asString()).isEqualTo("auto");
  }

  @Test
  void gathersWeightsForSavingWhateverTheFileSays() throws IOException {
    DeepSpeedFile.Ready ready =
        read(COMMENTED.replace("on_model_save\": true", "on_model_save\": false"));

    assertThat(
            ready
                .json()
                .path("zero_optimization")
                .path("stage3_gather_16bit_weights_on_model_save")
                .booleanValue())
        .isTrue();
    assertThat(ready.notes()).singleElement().asString().contains("empty adapter");
  }

  @Test
  void takesNumbersThatAreTheSettings() throws IOException {
    String text = COMMENTED.replace("\"train_batch_size\": \"auto\"", "\"train_batch_size\": 64");

    assertThat(read(text).json().path("train_batch_size").asString()).isEqualTo("auto");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "overlap_comm | overlap_com | did you mean zero_optimization.overlap_comm?",
        "gradient_clipping | gradient_cliping | did you mean gradient_clipping?",
        "\"stage\": 3 | \"stages\": 3 | zero_optimization.stage",
        "\"enabled\": true | \"enabled\": false | training.bf16 is true",
        "\"train_batch_size\": \"auto\" | \"train_batch_size\": 63 | write \"auto\"",
        "\"bf16\": | \"optimizer\": {}, \"bf16\": | optimizer, which training's settings decide",
        "{\"enabled\": true} | {\"enabled\": true | is not JSON"
      })
  void refusesWhatWouldBePassedOver(String good, String bad, String why) {
    String text = COMMENTED.replace(good, bad);
    assertThat(text).isNotEqualTo(COMMENTED);

    assertThatThrownBy(() -> read(text))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining(why);
  }
}
