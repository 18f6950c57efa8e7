package dev.treadle.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.treadle.gateway.ApiKeys;
import dev.treadle.gateway.RunningGateway;
import dev.treadle.gateway.Secret;
import dev.treadle.gateway.UpstreamSettings;
import dev.treadle.gateway.scripted.Script;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OpenAI's Java library: keys, models, embeddings. */
class OpenAiOtherTest {
  @TempDir Path folder;

  private static OpenAIClient client(String url, String key) {
    return OpenAIOkHttpClient.builder().baseUrl(url).apiKey(key).maxRetries(0).build();
  }

  @ParameterizedTest
  @EnumSource
  void modelsAreListed(UpstreamKind kind) {
    try (Stage stage = Stage.of(folder, kind, Script.of())) {
      assertThat(client(stage.url("/v1"), Stage.KEY).models().list().data())
          .anySatisfy(it -> assertThat(it.validate().id()).isEqualTo(Stage.MODEL));
    }
  }

  @Test
  void textsAreEmbedded() {
    try (Stage stage = Stage.of(folder, UpstreamKind.OPENAI, Script.of())) {
      EmbeddingCreateParams params =
          EmbeddingCreateParams.builder()
              .model(Stage.MODEL)
              .inputOfArrayOfStrings(List.of("one two", "three"))
              .dimensions(16)
              .build();

      CreateEmbeddingResponse got =
          client(stage.url("/v1"), Stage.KEY).embeddings().create(params).validate();

      assertThat(got.data()).hasSize(2);
      assertThat(got.data().getFirst().embedding()).hasSize(16).anyMatch(it -> it != 0);
    }
  }

  @Test
  void whatNoUpstreamUnderstandsIsSaid() {
    try (Stage stage = Stage.of(folder, UpstreamKind.ANTHROPIC, Script.of())) {
      EmbeddingCreateParams params =
          EmbeddingCreateParams.builder().model(Stage.MODEL).input("one").build();

      assertThatThrownBy(() -> client(stage.url("/v1"), Stage.KEY).embeddings().create(params))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("does not understand");
    }
  }

  @Test
  void onlyTheRightKeyOpens() {
    RunningGateway.Plan plan =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of())
            .route("default", "a");
    Secret key =
        ApiKeys.create(
            plan.lake().state(),
            new ApiKeys.Grant("laptop", Set.of(), false, false),
            Instant.EPOCH,
            new Random(3));
    ChatCompletionCreateParams params =
        ChatCompletionCreateParams.builder().model(Stage.MODEL).addUserMessage("Hi").build();
    try (RunningGateway gateway = plan.withKeys().start()) {
      String url = gateway.gateway().url() + "/v1";

      assertThatThrownBy(() -> client(url, "wrong").chat().completions().create(params))
          .isInstanceOf(UnauthorizedException.class);
      assertThat(client(url, key.value()).chat().completions().create(params).choices()).hasSize(1);
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(1);
      assertThat(gateway.upstream(0).received().getFirst().headers())
          .doesNotContainValue("Bearer " + key.value());
    }
  }
}
