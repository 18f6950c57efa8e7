package dev.treadle.training.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.training.GoldenModels;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ModelShapeTest {
  private static final String QWEN2 =
      """
      {"architectures": ["Qwen2ForCausalLM"], "bos_token_id": 151643, "eos_token_id": [151645, 151643],
       "hidden_act": "silu", "hidden_size": 896, "intermediate_size": 4864, "max_position_embeddings": 32768,
       "max_window_layers": 1, "model_type": "qwen2", "num_attention_heads": 14, "num_hidden_layers": 2,
       "num_key_value_heads": 2, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 4096,
       "tie_word_embeddings": true, "torch_dtype": "bfloat16", "use_sliding_window": false, "vocab_size": 151936}
      """;

  @TempDir Path folder;

  @Test
  void readsTheOldForm() throws IOException {
    ModelShape it = shape(QWEN2);

    assertThat(it.architecture()).isEqualTo(Architecture.QWEN2);
    assertThat(it.headSize()).isEqualTo(64);
    assertThat(it.hasInputBias()).isTrue();
    assertThat(it.hasOutputBias()).isFalse();
    assertThat(it.isTied()).isTrue();
    assertThat(it.rope()).isEqualTo(new Rope(1e6, new Rope.Unscaled()));
    assertThat(it.windows()).containsExactly(Optional.empty(), Optional.empty());
    assertThat(it.dtype()).contains(Dtype.BF16);
    assertThat(it.endTokens()).containsExactly(151645, 151643);
  }

  @Test
  void windowsCountOnlyIfTheyAreUsedAndFromTheirLayerOn() throws IOException {
    String used = QWEN2.replace("\"use_sliding_window\": false", "\"use_sliding_window\": true");

    assertThat(shape(used).windows()).containsExactly(Optional.empty(), Optional.of(4096));
    String named =
        used.replace(
            "\"vocab_size\"",
            "\"layer_types\": [\"sliding_attention\", \"full_attention\"], \"vocab_size\"");
    assertThat(shape(named).windows()).containsExactly(Optional.of(4096), Optional.empty());
  }

  @Test
  void readsScalingsInBothForms() throws IOException {
    String llama = QWEN2.replace("Qwen2ForCausalLM", "LlamaForCausalLM");
    assertThat(
            shape(with(llama, "\"rope_scaling\": {\"factor\": 4.0, \"type\": \"linear\"}")).rope())
        .isEqualTo(new Rope(1e6, new Rope.Linear(4)));
    assertThat(
            shape(
                    with(
                        llama,
                        "\"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\": 500000.0,"
                            + " \"factor\": 8.0, \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0,"
                            + " \"original_max_position_embeddings\": 8192}"))
                .rope())
        .isEqualTo(new Rope(500_000, new Rope.Llama3(8, 1, 4, 8192)));
  }

  @Test
  void frequenciesAreThoseOfTransformers() throws IOException {
    JsonNode goldens = Json.read(Files.readAllBytes(GoldenModels.folder("ropes.json")));
    assertThat(goldens.size()).isEqualTo(5);
    goldens.forEachEntry(
        (name, golden) -> {
          ObjectNode json = (ObjectNode) Json.read(QWEN2);
          json.put("max_position_embeddings", 131_072);
          json.set("rope_parameters", golden.path("parameters"));
          Rope rope = shape(json.toString()).rope();
          double[] frequencies = rope.frequencies(64);
          assertThat(golden.path("frequencies").size()).as(name).isEqualTo(32);
          for (int i = 0; i < 32; i++) {
            double expected = golden.path("frequencies").path(i).asDouble();
            assertThat(frequencies[i]).as(name + i).isCloseTo(expected, within(expected * 1e-5));
          }
          assertThat(rope.attentionFactor())
              .isCloseTo(golden.path("attention_factor").asDouble(), within(1e-6));
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"Qwen2ForCausalLM\"|\"GemmaForCausalLM\"|the architecture 'GemmaForCausalLM'",
        "\"silu\"|\"gelu\"|the activation 'gelu'",
        "\"bfloat16\"|\"float8_e4m3fn\"|the dtype 'float8_e4m3fn'",
        "\"vocab_size\"|\"quantization_config\": {\"quant_method\": \"gptq\"}, \"vocab_size\"|the quantisation 'gptq'",
        "\"vocab_size\"|\"rope_scaling\": {\"rope_type\": \"longrope\", \"factor\": 2}, \"vocab_size\"|the RoPE type 'longrope'",
        "\"vocab_size\"|\"rope_scaling\": {\"rope_type\": \"yarn\", \"factor\": 2, \"mscale\": 1}, \"vocab_size\"|with mscale",
        "\"vocab_size\"|\"partial_rotary_factor\": 0.5, \"vocab_size\"|partial_rotary_factor",
        "\"vocab_size\"|\"layer_types\": [\"linear_attention\", \"full_attention\"], \"vocab_size\"|the layer type 'linear_attention'",
        "\"vocab_size\": 151936|\"vocab_size\": -1|vocab_size is no whole number",
        "\"hidden_size\": 896|\"hidden_sizes\": 896|hidden_size is missing",
        "\"hidden_size\": 896|\"hidden_size\": 897|no multiple of 14 heads",
        "\"num_key_value_heads\": 2|\"num_key_value_heads\": 3|do not share 3",
        "1e-06|\"small\"|rms_norm_eps",
        "\"vocab_size\"|vocab_size|not JSON",
      })
  void refusesByName(String text, String by, String why) {
    assertThat(QWEN2).contains(text);
    assertThatThrownBy(() -> shape(QWEN2.replace(text, by)))
        .hasMessageContaining(why)
        .hasMessageContaining("config.json")
        .hasMessageNotContaining("\n");
  }

  @Test
  void tensorsOfEachArchitectureAreThoseOfItsShards() {
    for (String name : GoldenModels.NAMES) {
      Path base = GoldenModels.folder(name).resolve("base");
      try (Weights weights = Weights.open(base)) {
        ModelTensors tensors = ModelTensors.of(ModelShape.read(base));
        tensors.check(weights);
        assertThat(tensors.linear()).hasSize(14);
        assertThat(List.copyOf(tensors.tensors().keySet())).containsAll(weights.tensors().keySet());
      }
    }
  }

  @Test
  void refusesShardsOfAnotherShape() throws IOException {
    Path base = GoldenModels.copy("qwen3", folder.resolve("q")).resolve("base");
    Path configuration = base.resolve("config.json");

    GoldenModels.edit(configuration, "\"intermediate_size\": 20", "\"intermediate_size\": 21");
    assertThatThrownBy(() -> check(base))
        .hasMessageContaining("model.layers.0.mlp.gate_proj.weight")
        .hasMessageContaining("[20, 16]")
        .hasMessageContaining("[21, 16]");
    GoldenModels.edit(configuration, "\"intermediate_size\": 21", "\"intermediate_size\": 20");
    GoldenModels.edit(configuration, "Qwen3", "Llama");
    assertThatThrownBy(() -> check(base)).hasMessageContaining("_norm");
    GoldenModels.edit(configuration, "Llama", "Qwen2");
    assertThatThrownBy(() -> check(base)).hasMessageContaining("lacks the tensor");
  }

  private static void check(Path base) {
    try (Weights weights = Weights.open(base)) {
      ModelTensors.of(ModelShape.read(base)).check(weights);
    }
  }

  private static String with(String json, String member) {
    return json.replace("\"vocab_size\"", member + ", \"vocab_size\"");
  }

  private ModelShape shape(String json) {
    try {
      Files.writeString(folder.resolve("config.json"), json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ModelShape.read(folder);
  }
}
