package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.Script;
import dev.treadle.store.Lakes;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What other gateways send in. */
class CollectTest {
  private static final String BATCH =
      """
      {"data_points":[{
        "question":"求解方程 x^2 + 2x - 3 = 0",
        "responses":{
          "qwen-math-7b":{"model":"qwen-math-7b","answer":"x = 1 or x = -3","latency":812},
          "qwen-code-7b":{"model":"qwen-code-7b","answer":"","latency":30000,"error":"timeout"}},
        "scores":{"qwen-math-7b":0.92,"qwen-code-7b":-1},
        "timestamp":1790928000,
        "classification":{"category":"math","confidence":0.9,"source":"classifier"}}],
       "count":1,"timestamp":1790928001}
      """;
  private static final String GO =
      """
      {"data_points":[{
        "Question":"What is 6 x 7?",
        "Responses":{
          "b":{"Model":"b","Answer":"42","Latency":12,"Error":null,"RawResponse":{"id":"1"}},
          "a":{"Model":"a","Answer":"","Latency":5,"Error":{},"RawResponse":null},
          "c":null},
        "Scores":{"a":-1,"b":1},
        "Timestamp":1790928000,
        "Classification":null}],
       "count":1,"timestamp":1790928001}
      """;

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

  private List<Comparison> kept() {
    List<Comparison> kept = new ArrayList<>();
    try (Lines lines = gateway.lake().read(Stream.COMPARISONS)) {
      lines.forEachRemaining(it -> kept.add((Comparison) ExampleCodec.decode(it.json())));
    }
    return kept;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/collect", "/v1/collect"})
  void keepsABatchBeforeItConfirms(String path) {
    HttpResponse<String> answer = gateway.post(path, BATCH);
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode said = Json.read(answer.body());
    assertThat(said.path("status").asString()).isEqualTo("success");
    assertThat(said.path("count").asInt()).isEqualTo(1);
    assertThat(said.path("message").asString()).isEqualTo("Data collected successfully");

    Comparison only = kept().getFirst();
    assertThat(only.header().source().system()).isEqualTo("collector");
    assertThat(only.header().source().time()).contains(Instant.ofEpochSecond(1790928000));
    assertThat(only.messages()).containsExactly(Message.user("求解方程 x^2 + 2x - 3 = 0"));
    assertThat(only.header().labels().get("category")).hasToString("\"math\"");
    assertThat(only.candidates())
        .extracting(Candidate::model)
        .containsExactly("qwen-code-7b", "qwen-math-7b");
    assertThat(only.candidates())
        .extracting(Candidate::score)
        .containsExactly(Optional.of(-1.0), Optional.of(0.92));
    assertThat(only.candidates().getFirst().error()).contains("timeout");
    assertThat(only.candidates().getLast().latency()).contains(Duration.ofMillis(812));
  }

  @Test
  void understandsTheNamesThatGoGives() {
    assertThat(gateway.post("/collect", GO).body()).contains("success");
    Comparison only = kept().getFirst();
    assertThat(only.candidates()).extracting(Candidate::model).containsExactly("a", "b", "c");
    assertThat(only.candidates())
        .extracting(it -> it.error().orElse(""))
        .containsExactly("failed", "", "empty_answer");
    assertThat(only.candidates().get(1).message().orElseThrow().content().plainText())
        .isEqualTo("42");
  }

  @Test
  void whatIsSentAgainIsTheSame() {
    gateway.post("/collect", BATCH);
    JsonNode again = Json.read(gateway.post("/collect", BATCH).body());
    assertThat(again.path("status").asString()).isEqualTo("success");
    assertThat(again.path("count").asInt()).isEqualTo(1);
    assertThat(again.path("known").asInt()).isEqualTo(1);
    gateway.post("/collect", BATCH.replace("0.92", "0.91"));
    assertThat(kept()).hasSize(2);
    assertThat(kept()).extracting(it -> it.header().id()).doesNotHaveDuplicates();
    assertThat(kept())
        .extracting(it -> it.header().source().group())
        .containsOnly(kept().getFirst().header().source().group());
  }

  @Test
  void whatIsNoPointIsCountedAndNamed() {
    String batch =
        """
        {"data_points":[
          {"question":"good","responses":{"a":{"answer":"yes"}},"scores":{"a":1}},
          {"question":" ","responses":{"a":{"answer":"x"}}},
          {"question":"no answers"},
          {"question":"high","responses":{"a":{"answer":"x"}},"scores":{"a":7}},
          "nothing", null],
         "count":9}
        """;
    JsonNode said = Json.read(gateway.post("/collect", batch).body());
    assertThat(said.path("status").asString()).isEqualTo("partial");
    assertThat(said.path("count").asInt()).isEqualTo(1);
    assertThat(said.path("refused").asInt()).isEqualTo(5);
    assertThat(said.path("problems").toString())
        .contains("point 2: there is no question")
        .contains("point 3: there are no responses")
        .contains("point 4: the score of 'a'")
        .contains("count says 9, but there are 6 points");
    assertThat(kept()).hasSize(1);
  }

  @Test
  void secretsDoNotReachTheLake() {
    gateway.post("/collect", BATCH.replace("求解方程", "I am ann@example.com:"));
    assertThat(kept().getFirst().toString()).doesNotContain("ann@example.com");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"data_points\":7}", "{", "null"})
  void refusesWhatIsNoBatch(String body) {
    assertThat(gateway.post("/collect", body).statusCode()).isEqualTo(400);
  }

  @Test
  void takesOnlyPosts() {
    assertThat(gateway.get("/collect").statusCode()).isEqualTo(405);
    assertThat(gateway.get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void asksForAKeyWhereThereAreKeys() throws IOException {
    try (RunningGateway locked = locked()) {
      assertThat(locked.post("/collect", BATCH).statusCode()).isEqualTo(401);
    }
  }

  private RunningGateway locked() throws IOException {
    RunningGateway.Plan plan = RunningGateway.in(Files.createDirectory(folder.resolve("locked")));
    Secret key =
        ApiKeys.create(
            plan.lake().state(),
            new ApiKeys.Grant("other", Set.of(), false, false),
            Lakes.NOW,
            new Random(1));
    assertThat(key.value()).isNotBlank();
    return plan.withKeys()
        .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of())
        .route("default", "a")
        .start();
  }

  @Test
  void survivesAnything() {
    Random random = new Random(5);
    for (int round = 0; round < 300; round++) {
      StringBuilder body = new StringBuilder(round % 2 == 0 ? BATCH : GO);
      for (int change = 0; change < 1 + random.nextInt(4); change++) {
        int at = random.nextInt(body.length());
        body.setCharAt(at, "{}[]\",:0-n".charAt(random.nextInt(10)));
      }
      assertThat(gateway.post("/collect", body.toString()).statusCode()).isIn(200, 400);
    }
  }
}
