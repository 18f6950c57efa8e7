package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.Script;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.FeedbackCodec;
import dev.treadle.transcript.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What people say of answers. */
class FeedbackTest {
  private static final String ID = "xc_01JD4QXG00ABCDEFGHJKMNPQRS";

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init")
  private RunningGateway gateway;

  @BeforeEach
  void start() {
    gateway =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of())
            .route("default", "a")
            .start();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private HttpResponse<String> say(String body) {
    return gateway.post("/v1/feedback", body);
  }

  private List<Feedback> kept() {
    List<Feedback> kept = new ArrayList<>();
    try (Lines lines = gateway.lake().read(Stream.FEEDBACK)) {
      lines.forEachRemaining(it -> kept.add(FeedbackCodec.decode(it.json())));
    }
    return kept;
  }

  @Test
  void keepsEveryFieldBeforeItConfirms() {
    HttpResponse<String> answer =
        say(
            """
            {"exchange":"%s","conversation":"mine","score":0.25,"thumbs":"down",
             "correction":"four","comment":"too short",
             "demonstration":[{"role":"user","content":"2+2"},{"role":"assistant","content":"4"}],
             "labels":{"tone":"dry","tries":2}}
            """
                .formatted(ID));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode said = Json.read(answer.body());
    Feedback kept = kept().getFirst();
    assertThat(kept.id()).isEqualTo(said.path("id").asString());
    assertThat(said.path("status").asString()).isEqualTo("kept");
    assertThat(kept.exchange()).contains(ID);
    assertThat(kept.conversation().orElseThrow()).startsWith("cv_").doesNotContain("mine");
    assertThat(kept.score()).contains(0.25);
    assertThat(kept.thumbsUp()).contains(false);
    assertThat(kept.correction()).contains("four");
    assertThat(kept.comment()).contains("too short");
    assertThat(kept.demonstration().orElseThrow()).hasSize(2);
    assertThat(kept.labels()).containsKeys("tone", "tries");
    assertThat(kept.subject()).isPresent();
  }

  @Test
  void namesAConversationAsTheClientNamedIt() {
    String chat = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    gateway.post("/v1/chat/completions", chat, "x-treadle-conversation", "mine");
    assertThat(say("{\"conversation\":\"mine\",\"thumbs\":true}").statusCode()).isEqualTo(200);
    String kept = kept().getFirst().conversation().orElseThrow();
    assertThat(say("{\"conversation\":\"" + kept + "\",\"thumbs\":\"up\"}").statusCode())
        .isEqualTo(200);

    assertThat(gateway.kept().getFirst().conversation().orElseThrow().id()).isEqualTo(kept);
    assertThat(kept().getLast().conversation()).contains(kept);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "x",
        "{}",
        "{\"thumbs\":\"up\"}",
        "{\"exchange\":\"ID\"}",
        "{\"exchange\":\"xc_1\",\"thumbs\":\"up\"}",
        "{\"exchange\":3,\"thumbs\":\"up\"}",
        "{\"exchange\":\"ID\",\"thumbs\":\"sideways\"}",
        "{\"exchange\":\"ID\",\"thumbs\":1}",
        "{\"exchange\":\"ID\",\"score\":1.5}",
        "{\"exchange\":\"ID\",\"score\":\"0.5\"}",
        "{\"exchange\":\"ID\",\"score\":-0.1}",
        "{\"exchange\":\"ID\",\"correction\":[]}",
        "{\"exchange\":\"ID\",\"demonstration\":\"x\"}",
        "{\"exchange\":\"ID\",\"demonstration\":{\"a\":1}}",
        "{\"exchange\":\"ID\",\"demonstration\":[3]}",
        "{\"exchange\":\"ID\",\"demonstration\":[]}",
        "{\"exchange\":\"ID\",\"labels\":[\"x\"]}",
        "{\"exchange\":\"ID\",\"rating\":5}"
      })
  void tellsWhatIsWrong(String body) {
    HttpResponse<String> answer = say(body.replace("ID", ID));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Json.read(answer.body()).at("/error/message").asString()).isNotBlank();
    assertThat(kept()).isEmpty();
    assertThat(gateway.events()).noneMatch(it -> it.startsWith("ERROR"));
  }

  @Test
  void takesOnlyPosts() {
    assertThat(gateway.get("/v1/feedback").statusCode()).isEqualTo(405);
  }
}
