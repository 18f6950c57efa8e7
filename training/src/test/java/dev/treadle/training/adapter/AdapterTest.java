package dev.treadle.training.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.GoldenModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterTest {
  private static final List<String> LINEAR =
      List.of(
          "model.layers.0.self_attn.q_proj",
          "model.layers.1.self_attn.q_proj",
          "model.layers.1.mlp.down_proj");

  @TempDir Path folder;

  @Test
  void writesTheConfigurationAsPeftDoes() throws IOException {
    Path golden = GoldenModels.folder("llama").resolve("adapter");
    AdapterConfiguration read = AdapterConfiguration.read(golden);
    AdapterWriter.write(folder.resolve("a"), read, List.of(matrices(4)), List.of());

    // PEFT keeps the targets as a set: their order there is anybody's.
    assertThat(lines(folder.resolve("a/adapter_config.json")))
        .isEqualTo(lines(golden.resolve("adapter_config.json")));
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readString(file).replace(",", "").lines().map(String::strip).sorted().toList();
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    AdapterConfiguration configuration =
        new AdapterConfiguration(
            Optional.of("base"),
            8,
            2.5,
            0.05,
            true,
            new Targets.Expression(".*_proj"),
            Optional.of(new Targets.Names(List.of("k_proj"))),
            Map.of("q_proj", 4),
            Map.of("q_proj", 7.0),
            AdapterConfiguration.Bias.NONE,
            List.of("lm_head"),
            List.of(0, 3),
            List.of("layers"));
    AdapterWriter.write(folder.resolve("a"), configuration, List.of(matrices(4)), List.of());

    try (Adapter adapter = Adapter.open(folder.resolve("a"))) {
      assertThat(adapter.configuration()).isEqualTo(configuration);
      assertThat(adapter.pairs().keySet()).containsExactly("model.layers.0.self_attn.q_proj");
      assertThat(adapter.configuration().scale("model.layers.0.self_attn.q_proj")).isEqualTo(3.5);
    }
  }

  private static AdapterWriter.Matrices matrices(int rank) {
    return new AdapterWriter.Matrices(
        "model.layers.0.self_attn.q_proj",
        16,
        16,
        FloatBuffer.allocate(rank * 16),
        FloatBuffer.allocate(16 * rank));
  }

  @Test
  void aimsAsPeftDoes() {
    assertThat(aims("\"target_modules\": [\"q_proj\"]")).containsExactly(0, 1);
    assertThat(aims("\"target_modules\": [\"proj\"]")).isEmpty();
    assertThat(aims("\"target_modules\": [\"model.layers.0.self_attn.q_proj\"]"))
        .containsExactly(0);
    assertThat(aims("\"target_modules\": \"ALL-linear\"")).containsExactly(0, 1, 2);
    assertThat(aims("\"target_modules\": \".*q_proj\"")).containsExactly(0, 1);
    assertThat(aims("\"target_modules\": \"q_proj\"")).isEmpty();
    assertThat(aims("\"target_modules\": [\"q_proj\"], \"layers_to_transform\": 1"))
        .containsExactly(1);
    assertThat(
            aims(
                "\"target_modules\": [\"q_proj\"], \"layers_to_transform\": [0], \"layers_pattern\": \"h\""))
        .isEmpty();
    assertThat(aims("\"target_modules\": \"all-linear\", \"exclude_modules\": [\"q_proj\"]"))
        .containsExactly(2);
    assertThat(aims("\"target_modules\": \"all-linear\", \"modules_to_save\": [\"mlp\"]"))
        .containsExactly(0, 1);
  }

  private List<Integer> aims(String members) {
    AdapterConfiguration it = read("{\"peft_type\": \"LORA\", " + members + "}");
    return IntStream.range(0, LINEAR.size())
        .filter(i -> it.aimsAt(LINEAR.get(i), LINEAR))
        .boxed()
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"use_dora\": true|DoRA",
        "\"fan_in_fan_out\": true|fan_in_fan_out",
        "\"peft_type\": \"IA3\"|peft_type 'IA3'",
        "\"init_lora_weights\": \"pissa\"|init_lora_weights 'pissa'",
        "\"target_parameters\": [\"x\"]|target_parameters",
        "\"lora_bias\": true|lora_bias",
        "\"layer_replication\": [[0, 1]]|layer_replication",
        "\"bias\": \"some\"|bias 'some'",
        "\"r\": 0|r is no rank",
        "\"lora_alpha\": \"x\"|lora_alpha is no number",
        "\"target_modules\": null|target_modules is missing",
        "\"target_modules\": [1]|no list of names",
        "\"target_modules\": \"(q\"|an expression that is none",
      })
  void refusesByName(String member, String why) {
    assertThatThrownBy(
            () -> {
              String name = member.substring(0, member.indexOf(':'));
              String others =
                  (name.equals("\"peft_type\"") ? "" : "\"peft_type\": \"LORA\", ")
                      + (name.equals("\"target_modules\"") ? "" : "\"target_modules\": [\"q\"], ");
              read("{" + others + member + "}");
            })
        .hasMessageContaining(why)
        .hasMessageContaining("adapter_config.json");
  }

  @Test
  void anExpressionThatTriesWithoutEndIsStopped() {
    AdapterConfiguration it =
        read("{\"peft_type\": \"LORA\", \"target_modules\": \"(([a-z.0-9_]+)+)+!\"}");

    assertThatThrownBy(() -> it.aimsAt(LINEAR.get(0), LINEAR))
        .hasMessageContaining("takes too long");
  }

  @Test
  void refusesHalvesAndPickles() throws IOException {
    Path model = GoldenModels.copy("llama", folder.resolve("m")).resolve("adapter");
    Path weights = model.resolve(Adapter.WEIGHTS);
    byte[] good = Files.readAllBytes(weights);
    String text = new String(good, StandardCharsets.ISO_8859_1);
    Files.write(
        weights,
        text.replaceFirst("lora_B.weight", "lora_C.weight").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Adapter.open(model)).hasMessageContaining("no B for");
    Files.delete(weights);
    Files.createFile(model.resolve("adapter_model.bin"));
    assertThatThrownBy(() -> Adapter.open(model)).hasMessageContaining("pickled");
  }

  private AdapterConfiguration read(String json) {
    try {
      Files.writeString(folder.resolve(Adapter.CONFIGURATION), json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return AdapterConfiguration.read(folder);
  }
}
