package dev.treadle.training.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Project;
import dev.treadle.training.GoldenModels;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.template.ChatTemplate;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.transcript.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model's folder says about answers. */
final class ModelFolderTest {
  private static final Path TOKENIZERS =
      Project.root().resolve("training/src/test/resources/tokens");

  @ParameterizedTest
  @CsvSource({"qwen, <|im_end|>", "llama, <|eot_id|>"})
  void answersEndWhereTheTemplateEndsThem(String family, String mark) {
    ModelShape shape = ModelShape.read(GoldenModels.folder("llama/base"));
    try (Tokenizer tokenizer = Tokenizer.open(TOKENIZERS.resolve(family))) {
      int end = tokenizer.id(mark).orElseThrow();
      Optional<ChatTemplate> template = Optional.of(ChatTemplate.read(TOKENIZERS.resolve(family)));
      assertThat(ModelFolder.ends(Json.object(), shape, tokenizer, template)).contains(end);
      assertThat(ModelFolder.ends(Json.object(), shape, tokenizer, Optional.empty()))
          .doesNotContain(end);
      Optional<ChatTemplate> other =
          Optional.of(ChatTemplate.parse("{{ raise_exception('no') }}", Map.of()));
      assertThat(ModelFolder.ends(Json.object(), shape, tokenizer, other)).doesNotContain(end);
    }
  }

  @ParameterizedTest
  @CsvSource({"7", "'[7, 9]'"})
  void theConfigurationMayNameOneOrSeveral(String told) {
    ModelShape shape = ModelShape.read(GoldenModels.folder("llama/base"));
    try (Tokenizer tokenizer = Tokenizer.open(TOKENIZERS.resolve("qwen"))) {
      assertThat(
              ModelFolder.ends(
                  Json.read("{\"eos_token_id\":" + told + "}"), shape, tokenizer, Optional.empty()))
          .contains(7)
          .containsAll(shape.endTokens());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', 1 1 0",
    "'{\"temperature\":0.6,\"top_p\":0.95,\"top_k\":20}', 0.6 0.95 20",
    "'{\"temperature\":-3,\"top_p\":0,\"top_k\":-1}', 1 1 0",
    "'{\"temperature\":\"x\",\"top_p\":1e999,\"top_k\":null}', 1 1 0"
  })
  void recommendedSamplingIsTakenWhereItIsOne(String generation, String expected) {
    SamplingDefaults defaults = ModelFolder.defaults(Json.read(generation));
    List<String> found = new ArrayList<>();
    for (double it : new double[] {defaults.temperature(), defaults.topP(), defaults.topK()}) {
      found.add(it == Math.rint(it) ? Integer.toString((int) it) : Double.toString(it));
    }
    assertThat(String.join(" ", found)).isEqualTo(expected);
  }
}
