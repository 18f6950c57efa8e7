package dev.treadle.training.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.treadle.training.TrainingError;
import dev.treadle.training.model.ModelShape;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryEstimateTest {
  /** What Qwen3-8B is built like; its numbers are known. */
  private static final String QWEN3_8B =
      """
      {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": 4096,
       "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8,
       "head_dim": 128, "intermediate_size": 12288, "vocab_size": 151936,
       "tie_word_embeddings": false, "max_position_embeddings": 40960, "rope_theta": 1000000,
       "hidden_act": "silu", "torch_dtype": "bfloat16"}
      """;

  private static final long BASE = 8_190_735_360L;
  private static final long RANK_64 = 174_587_904;

  @TempDir Path folder;

  private ModelShape shape(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return ModelShape.read(folder);
  }

  private MemoryEstimate estimate(String yaml) throws IOException {
    return MemoryEstimate.of(
        shape(QWEN3_8B), TrainingSettings.read(TrainingSettingsTest.yaml(yaml)), 2048, 1_000_000);
  }

  private static long part(MemoryEstimate estimate, String word) {
    return estimate.parts().stream()
        .filter(it -> it.name().contains(word))
        .findFirst()
        .orElseThrow()
        .bytes();
  }

  @Test
  void countsTheNumbersOfAModelThatIsKnown() throws IOException {
    MemoryEstimate half = estimate("{lora: {r: 64}, training: {bf16: true}}");

    assertThat(part(half, "base")).isEqualTo(BASE * 2);
    assertThat(part(half, "trained")).isEqualTo(RANK_64 * 16);
    assertThat(part(half, "vocabulary")).isEqualTo(1024L * 151_936 * 4 * 2);
    assertThat(part(half, "examples")).isEqualTo(5_000_000);
    assertThat(half.bytes())
        .isEqualTo(half.parts().stream().mapToLong(MemoryEstimate.Part::bytes).sum());
    assertThat(part(estimate("{}"), "base")).isEqualTo(BASE * 4);
  }

  @Test
  void int8IsAQuarterOfTheMatricesOnly() throws IOException {
    long linear = BASE - 2L * 151_936 * 4096 - 36L * (2 * 4096 + 2 * 128) - 4096;
    long rows = 36L * (4096 + 1024 + 1024 + 4096 + 12288 + 12288 + 4096);

    assertThat(part(estimate("{training: {load_in_8bit: true}}"), "base"))
        .isEqualTo(linear + rows * 4 + (BASE - linear) * 4);
  }

  @Test
  void prepackedMatricesLieThereTwice() throws IOException {
    long table = 151_936L * 4096;
    long norms = 36L * (2 * 4096 + 2 * 128) + 4096;
    long multiplied = BASE - table - norms;

    assertThat(part(estimate("{training: {prepack_weights: true}}"), "base"))
        .isEqualTo((2 * multiplied + table + norms) * 4);
  }

  @Test
  void everythingIsTrainedInFullTuning() throws IOException {
    MemoryEstimate full = estimate("{training: {method: full}}");

    assertThat(part(full, "base")).isZero();
    assertThat(part(full, "trained")).isEqualTo(BASE * 16);
  }

  @Test
  void tiedHeadIsCountedOnce() throws IOException {
    ModelShape tied =
        shape(QWEN3_8B.replace("\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true"));

    assertThat(part(MemoryEstimate.of(tied, TrainingSettings.defaults(), 10, 0), "base"))
        .isEqualTo((BASE - 151_936L * 4096) * 4);
  }

  @Test
  void checkpointingKeepsInputsOfLayersOnly() throws IOException {
    long with = part(estimate("{training: {bf16: true}}"), "layers");
    long without =
        part(estimate("{training: {bf16: true, gradient_checkpointing: false}}"), "layers");

    assertThat(with).isGreaterThan(2 * 2048L * 36 * 4096 * 2);
    assertThat(without).isGreaterThan(8 * with);
  }

  /** Numbers of a token in a layer; python/measure_saved.py measures them in PEFT. */
  @ParameterizedTest
  @CsvSource({
    "Qwen3ForCausalLM, 0, 5372", "Qwen3ForCausalLM, 0.05, 8700",
    "LlamaForCausalLM, 0, 4982", "LlamaForCausalLM, 0.05, 8310",
  })
  void aLayerKeepsAsMuchAsWasMeasured(String architecture, double dropout, double measured)
      throws IOException {
    TrainingSettings settings =
        TrainingSettings.read(
            TrainingSettingsTest.yaml(
                "{lora: {dropout: %s}, training: {batch_size: 1, gradient_checkpointing: false}}"
                    .formatted(dropout)));
    long two = part(MemoryEstimate.of(small(architecture, 2), settings, 100, 0), "layers");
    long four = part(MemoryEstimate.of(small(architecture, 4), settings, 100, 0), "layers");

    assertThat((four - two) / 2.0 / 100 / Float.BYTES).isCloseTo(measured, withinPercentage(1));
  }

  private ModelShape small(String architecture, int layers) throws IOException {
    return shape(
        """
        {"architectures": ["%s"], "hidden_size": 256, "num_hidden_layers": %d,
         "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 64,
         "intermediate_size": 768, "vocab_size": 128, "rope_theta": 10000, "hidden_act": "silu"}
        """
            .formatted(architecture, layers));
  }

  @Test
  void aRowIsNoLongerThanTheLongestExample() throws IOException {
    TrainingSettings settings = TrainingSettings.defaults();
    long shorter = part(MemoryEstimate.of(shape(QWEN3_8B), settings, 128, 0), "layers");

    assertThat(part(MemoryEstimate.of(shape(QWEN3_8B), settings, 2048, 0), "layers"))
        .isEqualTo(16 * shorter);
    assertThat(part(MemoryEstimate.of(shape(QWEN3_8B), settings, 1 << 20, 0), "layers"))
        .isEqualTo(16 * shorter);
  }

  @Test
  void refusesInOneLineThatNamesTheLargestPart() throws IOException {
    MemoryEstimate it = estimate("{lora: {r: 64}, training: {bf16: true}}");

    assertThatThrownBy(() -> it.check(12_000_000_000L))
        .isInstanceOf(TreadleException.class)
        .hasMessageMatching(
            "training would take about 2\\d\\.\\d GB of memory, and 12.0 GB are free; the largest part"
                + " is the base's weights \\(16.4 GB\\): take load_in_8bit: true, or a smaller model")
        .extracting(e -> ((TreadleException) e).code())
        .isEqualTo(TrainingError.MEMORY_SHORT);
    assertThatCode(() -> it.check(it.bytes())).doesNotThrowAnyException();
  }

  @Test
  void namesWhatToLowerForEachPart() throws IOException {
    assertThat(estimate("{training: {method: full}}").parts().get(1).remedy()).contains("lora");
    assertThat(estimate("{}").parts().get(2).remedy()).contains("batch_size");
    assertThat(estimate("{training: {batch_size: 1}}").parts().get(2).remedy())
        .isEqualTo("lower max_length");
    assertThat(estimate("{training: {gradient_checkpointing: false}}").parts().get(2).remedy())
        .contains("gradient_checkpointing");
  }
}
