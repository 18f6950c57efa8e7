package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.routing.Policy;
import dev.treadle.routing.Target;
import dev.treadle.routing.TextLabels;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Requests that leave the model to the gateway, and policies that read what is asked. */
class RoutingTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final Target MATH = Target.parse("a/math");
  private static final Target GENERAL = Target.parse("b/general");

  @TempDir Path folder;

  /** Knows what is mathematics, and breaks at some words. */
  private static final class Labels implements TextLabels {
    @Override
    public Optional<Label> classify(String text) {
      if (text.contains("defect")) {
        throw new IllegalStateException("a defect");
      }
      if (text.contains("late")) {
        return Optional.empty();
      }
      boolean isMath = text.contains("x^2");
      return Optional.of(
          new Label(
              isMath ? "math" : "other",
              text.contains("maybe") ? 0.4 : 0.9,
              !text.contains("weather"),
              false));
    }

    @Override
    public String version() {
      return "1";
    }
  }

  private static Policy classified() {
    return new Policy.Classified(
        new Labels(), Map.of("math", MATH, "other", GENERAL), List.of(GENERAL, MATH), GENERAL, 0.5);
  }

  private RunningGateway.Plan plan() {
    return RunningGateway.in(folder)
        .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("from a")))
        .upstream("b", UpstreamSettings.Kind.ANTHROPIC, Script.of(Rule.always().say("from b")));
  }

  private Path folder(String name) {
    try {
      return Files.createDirectory(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static String chat(String text) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
        "{ \"stream\" : true, \"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
        "{\"model\":\"\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
        "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
      })
  void theDefaultRouteAnswersWhoNamesNoModel(String body) {
    try (RunningGateway gateway = plan().route("default", "a/math").route("b", "b").start()) {
      HttpResponse<String> answer = gateway.post(CHAT, body);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("from");
      assertThat(header(answer, "x-treadle-model")).isEqualTo("math");
      assertThat(header(answer, "x-treadle-source")).isEqualTo("route");
      JsonNode asked = gateway.upstream(0).received().getFirst().json();
      assertThat(asked.path("model").asString()).isEqualTo("math");
      assertThat(asked.path("messages")).hasSize(1);
    }
  }

  @Test
  void whoNamesNoModelIsTranslatedToo() {
    try (RunningGateway gateway = plan().route("default", "b/general").start()) {
      assertThat(gateway.post(CHAT, chat("hi")).body()).contains("from b");
      assertThat(gateway.upstream(1).received().getFirst().json().path("model").asString())
          .isEqualTo("general");
    }
  }

  @Test
  void somebodyHasToNameAModel() {
    try (RunningGateway gateway = plan().route("default", "a").start()) {
      HttpResponse<String> answer = gateway.post(CHAT, chat("hi"));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("the body has no 'model'");
    }
    try (RunningGateway gateway =
        RunningGateway.in(folder("named"))
            .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of())
            .route("fast", "a/m")
            .start()) {
      assertThat(gateway.post(CHAT, chat("hi")).body()).contains("no route named default");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "solve x^2 = 9, math, classifier, 0.900, math",
    "write a poem, general, classifier, 0.900, other",
    "maybe x^2 = 9, general, fallback, 0.400, math",
    "weather and x^2, general, fallback, 0.900, math",
    "too late for x^2, general, fallback, '', ''",
    "a defect in x^2, general, fallback, '', ''"
  })
  void answersSayWhoDecidedAndHowSure(
      String text, String model, String source, String confidence, String category) {
    try (RunningGateway gateway = plan().route("default", classified()).start()) {
      HttpResponse<String> answer = gateway.post(CHAT, chat(text));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "x-treadle-model")).isEqualTo(model);
      assertThat(header(answer, "x-treadle-source")).isEqualTo(source);
      assertThat(header(answer, "x-treadle-confidence")).isEqualTo(confidence);
      assertThat(header(answer, "x-treadle-category")).isEqualTo(category);

      Exchange.DecisionMark mark = gateway.kept().getFirst().decision().orElseThrow();
      assertThat(mark.source()).contains(source);
      assertThat(mark.category().orElse("")).isEqualTo(category);
      assertThat(mark.confidence().isPresent()).isEqualTo(!confidence.isEmpty());
      assertThat(mark.propensity()).isEqualTo(1);
      assertThat(mark.random()).hasValueSatisfying(it -> assertThat(it).isBetween(0.0, 1.0));
      assertThat(mark.candidates()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"x-treadle-conversation, 1", "none, 1", "x-treadle-conversation, 2", "none, 2"})
  void aToolLoopStaysWithWhoBeganItAlsoIfTheAnswerWasGivenAgain(String named, int times) {
    String question = "{\"role\":\"user\",\"content\":\"solve x^2\"}";
    Script calling =
        Script.read(
            Json.read(
                "{\"rules\":[{\"answer\":{\"text\":\"from a\",\"tool_calls\":[{\"name\":\"f\",\"arguments\":{}}]}}]}"));
    try (RunningGateway gateway =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, calling)
            .upstream("b", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("from b")))
            .durability(dev.treadle.store.Durability.BEFORE_ANSWER) // So that it is known by then.
            .cache(Duration.ofHours(1))
            .route("default", classified())
            .start()) {
      String asked = "{\"messages\":[" + question + "]}";
      HttpResponse<String> first = gateway.post(CHAT, asked, named, "c");
      for (int i = 1; i < times; i++) {
        first = gateway.post(CHAT, asked, named, "c");
      }
      assertThat(header(first, "x-treadle-cache")).isEqualTo(times == 1 ? "miss" : "hit");
      JsonNode call = Json.read(first.body()).path("choices").path(0).path("message");
      String id = call.path("tool_calls").path(0).path("id").asString();
      HttpResponse<String> second =
          gateway.post(
              CHAT,
              "{\"messages\":["
                  + question
                  + ","
                  + call
                  + ",{\"role\":\"tool\",\"tool_call_id\":\""
                  + id
                  + "\",\"content\":\"weather\"}]}",
              named,
              "c");
      assertThat(header(second, "x-treadle-source")).isEqualTo("affinity");
      assertThat(header(second, "x-treadle-model")).isEqualTo("math");
    }
  }

  @Test
  void previewsADecisionWithoutAskingAnybody() {
    try (RunningGateway gateway =
        plan().route("default", classified()).route("fixed", "b/x", "a/y").start()) {
      JsonNode math =
          Json.read(gateway.get("/v1/routes/preview?text=solve%20x%5E2%20%3D%209").body());
      assertThat(math.path("route").asString()).isEqualTo("default");
      assertThat(math.path("policy").asString()).isEqualTo("classifier");
      assertThat(math.path("target").asString()).isEqualTo("a/math");
      assertThat(math.path("category").asString()).isEqualTo("math");
      assertThat(math.path("confidence").asDouble()).isEqualTo(0.9);
      assertThat(math.path("propensities").path("a/math").asDouble()).isEqualTo(1);

      JsonNode fixed = Json.read(gateway.get("/v1/routes/preview?route=fixed&text=hi").body());
      assertThat(fixed.path("target").asString()).isEqualTo("b/x");
      assertThat(fixed.path("chain")).hasSize(2);

      JsonNode posted = Json.read(gateway.post("/v1/routes/preview", chat("solve x^2 = 9")).body());
      assertThat(posted.path("category").asString()).isEqualTo("math");

      assertThat(gateway.get("/v1/routes/preview?route=none").statusCode()).isEqualTo(404);
      assertThat(gateway.post("/v1/routes/preview", "nonsense").statusCode()).isEqualTo(400);
      assertThat(gateway.upstream(0).receivedCount()).isZero();
      assertThat(gateway.upstream(1).receivedCount()).isZero();
    }
  }
}
