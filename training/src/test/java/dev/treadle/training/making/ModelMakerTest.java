package dev.treadle.training.making;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.training.TrainingError;
import dev.treadle.training.model.Architecture;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Making models with random weights. */
class ModelMakerTest {
  @TempDir Path place;

  private Path make(String name, ModelPlan plan) throws IOException {
    Path text = place.resolve("text.txt");
    Files.writeString(text, "the quick brown fox jumps over the lazy dog. ".repeat(20));
    Path folder = Files.createDirectories(place.resolve(name));
    new ModelMaker(plan).make(List.of(text), folder);
    return folder;
  }

  private static ModelPlan plan(Architecture architecture, long seed) {
    return new ModelPlan(architecture, 64, 2, 400, 128, seed);
  }

  @ParameterizedTest
  @EnumSource
  void hasTheTensorsOfItsShape(Architecture architecture) throws IOException {
    Path folder = make("model", plan(architecture, 1));

    ModelShape shape = ModelShape.read(folder);
    assertThat(shape.architecture()).isEqualTo(architecture);
    assertThat(shape.hasInputBias()).isEqualTo(architecture == Architecture.QWEN2);
    assertThat(shape.maxPositions()).isEqualTo(128);
    assertThat(shape.isTied()).isTrue();
    try (Weights weights = Weights.open(folder);
        Tokenizer tokenizer = Tokenizer.open(folder)) {
      ModelTensors.of(shape).check(weights);
      assertThat(tokenizer.size()).isEqualTo(shape.vocabulary());
    }
  }

  @ParameterizedTest
  @EnumSource
  void namesTheTokensThatEnd(Architecture architecture) throws IOException {
    Path folder = make("model", plan(architecture, 1));
    JsonNode configuration = Json.read(Files.readAllBytes(folder.resolve("config.json")));
    JsonNode generation = Json.read(Files.readAllBytes(folder.resolve("generation_config.json")));

    boolean isLlama = architecture == Architecture.LLAMA;
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      int turn = tokenizer.id(isLlama ? "<|eot_id|>" : "<|im_end|>").orElseThrow();
      assertThat(configuration.path("eos_token_id").intValue()).isEqualTo(turn);
      assertThat(generation.path("eos_token_id").get(0).intValue()).isEqualTo(turn);
      assertThat(generation.path("eos_token_id").get(1).intValue())
          .isEqualTo(tokenizer.endOfText().orElseThrow());
      assertThat(configuration.path("bos_token_id").isNull()).isEqualTo(!isLlama);
    }
  }

  @Test
  void drawsWeightsThatTheSeedDecides() throws IOException {
    Path one = make("one", plan(Architecture.QWEN2, 1)).resolve("model.safetensors");
    Path again = make("again", plan(Architecture.QWEN2, 1)).resolve("model.safetensors");
    Path other = make("other", plan(Architecture.QWEN2, 2)).resolve("model.safetensors");

    assertThat(again).hasSameBinaryContentAs(one);
    assertThat(Files.mismatch(one, other)).isNotNegative();
  }

  @Test
  void spreadsThemAsTheConfigurationSays() throws IOException {
    Path file = make("model", plan(Architecture.QWEN2, 1)).resolve("model.safetensors");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    long header = bytes.getLong();
    JsonNode tensors =
        Json.read(java.util.Arrays.copyOfRange(bytes.array(), 8, Math.toIntExact(8 + header)));

    double[] numbers = numbers(bytes, header, tensors, "model.layers.1.mlp.up_proj.weight");
    double mean = java.util.Arrays.stream(numbers).average().orElseThrow();
    double square = java.util.Arrays.stream(numbers).map(it -> it * it).average().orElseThrow();
    double told =
        Json.read(Files.readAllBytes(file.resolveSibling("config.json")))
            .path("initializer_range")
            .doubleValue();
    assertThat(told).isEqualTo(0.0791);
    assertThat(mean).isCloseTo(0, within(0.004));
    assertThat(Math.sqrt(square)).isCloseTo(told, within(0.002));
    assertThat(numbers(bytes, header, tensors, "model.norm.weight")).containsOnly(1);
    assertThat(numbers(bytes, header, tensors, "model.layers.0.self_attn.q_proj.bias"))
        .containsOnly(0);
  }

  @Test
  void wideModelsBeginAsLargeOnesDo() {
    assertThat(new ModelPlan(Architecture.QWEN3, 1024, 2, 400, 128, 1).spread())
        .isCloseTo(0.02, within(0.0003));
  }

  private static double[] numbers(ByteBuffer bytes, long header, JsonNode tensors, String name) {
    JsonNode offsets = tensors.path(name).path("data_offsets");
    int begin = Math.toIntExact(8 + header + offsets.get(0).longValue());
    int end = Math.toIntExact(8 + header + offsets.get(1).longValue());
    double[] numbers = new double[(end - begin) / Float.BYTES];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = bytes.getFloat(begin + i * Float.BYTES);
    }
    return numbers;
  }

  @Test
  void refusesPlansThatCannotBe() {
    for (int hidden : new int[] {0, 32, 100, 576, 8192}) {
      assertThatThrownBy(() -> new ModelPlan(Architecture.LLAMA, hidden, 2, 400, 128, 1))
          .isInstanceOfSatisfying(
              TreadleException.class,
              it -> assertThat(it.code()).isEqualTo(TrainingError.SETTINGS_INVALID))
          .hasMessageContaining("hidden is " + hidden);
    }
    assertThat(ModelPlan.tiny(Architecture.QWEN3).hidden()).isEqualTo(128);
  }

  @Test
  void refusesToLearnFromNothing() throws IOException {
    Path empty = Files.createFile(place.resolve("empty.txt"));
    assertThatThrownBy(
            () -> new ModelMaker(plan(Architecture.LLAMA, 1)).make(List.of(empty), place))
        .hasMessageContaining("there is no text to learn from");
  }
}
