package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.collect.CollectSettings;
import dev.treadle.gateway.collect.Postbox;
import dev.treadle.gateway.collect.Skip;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.routing.Policy;
import dev.treadle.routing.Target;
import dev.treadle.store.Durability;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Usd;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What training mode makes of users' calls. */
class ComparingTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final Duration LONG = Duration.ofSeconds(30);
  @TempDir Path folder;

  private static String question(String model, boolean streams) {
    return """
      {"model":"%s","temperature":0.5,"stream":%s,"user":"ann","messages":[
        {"role":"system","content":"Be short."},
        {"role":"user","content":"What is 6 times 7?"}],
       "tools":[{"type":"function","function":{"name":"multiply","parameters":{"type":"object"}}}]}
      """
        .formatted(model, streams);
  }

  /** Right is 42. */
  private static Postbox.Said mark(JsonNode asked) {
    return Postbox.Said.score(asked.path("answer").asString("").contains("42") ? 1 : 0.25);
  }

  private static CollectSettings settings(URI evaluator, String... candidates) {
    return new CollectSettings(
        true,
        CollectSettings.Mode.TRAINING,
        1,
        Optional.empty(),
        new CollectSettings.Training(
            List.of(candidates),
            Optional.of(evaluator),
            Duration.ofSeconds(20),
            10,
            Duration.ofSeconds(60),
            CollectSettings.Limits.DEFAULT));
  }

  private RunningGateway.Plan plan(URI evaluator) {
    return RunningGateway.in(folder)
        .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("It is 42.")))
        .upstream("b", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("It is 41.")))
        .upstream("c", UpstreamSettings.Kind.ANTHROPIC, Script.of(Rule.always().say("42")))
        .attempts(1)
        .route("large", "a/large-1")
        .route("default", "b")
        .but(it -> it.withCollect(settings(evaluator, "large", "b/small-1", "c/other")));
  }

  /** Ends the gateway, and reads what it compared. */
  private static List<Comparison> compared(RunningGateway gateway) {
    gateway.gateway().drain(LONG);
    gateway.lake().flush();
    List<Comparison> all = new ArrayList<>();
    try (Lines lines = gateway.lake().latest(Stream.COMPARISONS)) {
      lines.forEachRemaining(it -> all.add((Comparison) ExampleCodec.decode(it.json())));
    }
    return all;
  }

  private static Comparison only(RunningGateway gateway) {
    assertThat(gateway.gateway().awaitCompared(1, LONG)).isTrue();
    List<Comparison> all = compared(gateway);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private static String label(Comparison it, String name) {
    JsonNode label = it.header().labels().get(name);
    return label == null ? "" : label.asString("");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void putsTheWholeQuestionToEveryCandidateAndScoresTheAnswers(boolean streams) {
    try (Postbox evaluator = Postbox.answering(ComparingTest::mark);
        RunningGateway gateway = plan(evaluator.url()).start()) {
      HttpResponse<String> answer = gateway.post(CHAT, question("large", streams));
      Comparison comparison = only(gateway);

      assertThat(answer.body()).contains("42");
      String exchange = answer.headers().firstValue("x-treadle-exchange").orElseThrow();
      assertThat(comparison.header().source().system()).isEqualTo("gateway");
      assertThat(comparison.header().source().key()).isEqualTo(exchange + "/compare");
      assertThat(comparison.header().source().subject()).isPresent();
      assertThat(comparison.messages()).hasSize(2);
      assertThat(comparison.tools()).hasSize(1);
      assertThat(comparison.candidates())
          .extracting(Candidate::model)
          .containsExactly("large", "b/small-1", "c/other");
      assertThat(comparison.candidates())
          .extracting(Candidate::score)
          .containsExactly(Optional.of(1.0), Optional.of(0.25), Optional.of(1.0));
      assertThat(comparison.candidates())
          .extracting(it -> it.message().orElseThrow().content().plainText())
          .containsExactly("It is 42.", "It is 41.", "42");
      assertThat(comparison.candidates()).allMatch(it -> it.latency().isPresent());
      assertThat(comparison.candidates()).allMatch(it -> it.error().isEmpty());
      assertThat(label(comparison, "scorer")).isEqualTo("exact");
      assertThat(label(comparison, "route")).isEqualTo("large");
      assertThat(label(comparison, "state")).isEmpty();

      assertThat(gateway.upstream(0).receivedCount()).as("the client's own answer").isEqualTo(1);
      JsonNode asked = gateway.upstream(1).received().getFirst().json();
      assertThat(asked.path("model").asString()).isEqualTo("small-1");
      assertThat(asked.path("temperature").doubleValue()).isEqualTo(0.5);
      assertThat(asked.path("messages")).hasSize(2);
      assertThat(asked.path("tools")).hasSize(1);
      assertThat(asked.path("stream").asBoolean(false)).isFalse();
      assertThat(asked.has("user")).isFalse();
      assertThat(evaluator.posted())
          .allMatch(it -> it.path("question").asString("").equals("What is 6 times 7?"));
      assertThat(gateway.kept()).as("copies are no exchanges").hasSize(1);
    }
  }

  @Test
  void comparesWhatWasAskedInAnotherProtocol() {
    try (Postbox evaluator = Postbox.answering(ComparingTest::mark);
        RunningGateway gateway = plan(evaluator.url()).start()) {
      gateway.post(
          "/v1/messages",
          "{\"model\":\"c\",\"max_tokens\":9,\"system\":\"Be short.\",\"messages\":[{\"role\":\"user\",\"content\":\"6 x 7?\"}]}");
      Comparison comparison = only(gateway);

      assertThat(comparison.candidates())
          .extracting(Candidate::score)
          .containsExactly(Optional.of(1.0), Optional.of(0.25), Optional.of(1.0));
      assertThat(comparison.messages()).extracting(Message::role).containsExactly("system", "user");
    }
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void theClientsConversationIsTheGroup(Durability durability) {
    try (Postbox evaluator = Postbox.answering(ComparingTest::mark);
        RunningGateway gateway =
            RunningGateway.in(folder)
                .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("42")))
                .durability(durability)
                .route("default", "a")
                .but(it -> it.withCollect(settings(evaluator.url(), "a/x", "a/y")))
                .start()) {
      gateway.post(CHAT, question("x", false), "x-treadle-conversation", "chat-7");
      gateway.post(CHAT, question("y", true), "x-treadle-conversation", "chat-7");
      assertThat(gateway.gateway().awaitCompared(2, LONG)).isTrue();
      List<Comparison> all = compared(gateway);

      assertThat(all).hasSize(2);
      assertThat(all)
          .extracting(it -> it.header().source().group())
          .containsOnly(gateway.kept().getFirst().conversation().orElseThrow().id());
      assertThat(gateway.upstream(0).receivedCount()).as("two asked, two copied").isEqualTo(4);
    }
  }

  @Test
  void leavesAloneWhatIsNoQuestionOfAUser() {
    RouteSettings silent =
        new RouteSettings(
            "silent",
            List.of(),
            new Policy.Chain(List.of(Target.parse("a"))),
            false,
            Durability.GROUP_COMMIT,
            RouteSettings.OnCaptureFailure.ANSWER,
            RouteSettings.DEADLINE,
            1);
    try (Postbox evaluator = Postbox.answering(ComparingTest::mark);
        RunningGateway gateway = plan(evaluator.url()).route(silent).start()) {
      gateway.post(CHAT, question("large", false), "x-treadle-no-store", "1");
      gateway.post(CHAT, question("silent", false));
      gateway.post("/v1/embeddings", "{\"model\":\"large\",\"input\":\"hello\"}");
      gateway.post(
          CHAT,
          """
          {"model":"large","messages":[{"role":"user","content":"6 x 7?"},
            {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c1","content":"42"}]}
          """);
      assertThat(gateway.gateway().awaitCompared(1, LONG)).isTrue();
      assertThat(compared(gateway)).isEmpty();
      assertThat(gateway.gateway().core().comparing().mode().tally().skippedCount(Skip.NO_QUESTION))
          .isEqualTo(1);
      assertThat(gateway.upstream(1).receivedCount()).isZero();
    }
  }

  @Test
  void anAnswerThatIsGivenAgainIsNotComparedAgain() {
    try (Postbox evaluator = Postbox.answering(ComparingTest::mark);
        RunningGateway gateway =
            RunningGateway.in(folder)
                .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("42")))
                .cache(Duration.ofHours(1))
                .route("default", "a")
                .but(it -> it.withCollect(settings(evaluator.url(), "a/x", "a/y")))
                .start()) {
      for (int i = 0; i < 3; i++) {
        gateway.post(CHAT, question("x", false));
      }
      gateway.post(CHAT, question("y", false));
      assertThat(gateway.gateway().awaitCompared(2, LONG)).isTrue();
      assertThat(compared(gateway)).hasSize(2);
      assertThat(gateway.kept()).hasSize(4);
    }
  }

  @Test
  void comparesNothingInProduction() {
    try (Postbox evaluator = Postbox.answering(ComparingTest::mark);
        RunningGateway gateway =
            plan(evaluator.url())
                .but(
                    it -> {
                      CollectSettings on = settings(evaluator.url(), "large", "b/small-1");
                      return it.withCollect(
                          new CollectSettings(
                              true,
                              CollectSettings.Mode.PRODUCTION,
                              1,
                              Optional.empty(),
                              on.training()));
                    })
                .start()) {
      gateway.post(CHAT, question("large", false));
      assertThat(compared(gateway)).isEmpty();
      assertThat(evaluator.posted()).isEmpty();
    }
  }

  @Test
  void aDeadCandidateAndADeadEvaluatorCostTheirScoresOnly() {
    try (Postbox evaluator =
            Postbox.answering(
                it ->
                    it.path("answer").asString("").equals("42")
                        ? new Postbox.Said(500, "")
                        : mark(it));
        RunningGateway gateway =
            RunningGateway.in(folder)
                .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("a 42")))
                .upstream("b", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().status(500)))
                .upstream("c", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("42")))
                .upstream("d", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say(" ")))
                .attempts(1)
                .route("default", "a/m")
                .route("b", "b/m")
                .but(it -> it.withCollect(settings(evaluator.url(), "a/m", "b", "c/m", "d/m")))
                .start()) {
      gateway.post(CHAT, question("m", false));
      List<Candidate> candidates = only(gateway).candidates();

      assertThat(candidates)
          .extracting(it -> it.score().orElseThrow())
          .containsExactly(1.0, -1.0, -1.0, -1.0);
      assertThat(candidates)
          .extracting(it -> it.error().orElse(""))
          .containsExactly(
              "", "http_500", "not scored: the evaluator answered 500", "empty_answer");
      assertThat(candidates)
          .extracting(it -> it.message().isPresent())
          .containsExactly(true, false, true, true);
    }
  }

  @Test
  void keepsTheComparisonWhereEverybodyIsDead() {
    try (RunningGateway gateway =
        RunningGateway.in(folder)
            .upstream(
                "a",
                UpstreamSettings.Kind.OPENAI,
                Script.of(Rule.always().times(1).say("hi"), Rule.always().status(400)))
            .route("default", "a/m")
            .but(it -> it.withCollect(settings(URI.create("http://127.0.0.1:1/"), "a/x", "a/y")))
            .start()) {
      gateway.post(CHAT, question("m", false));
      Comparison comparison = only(gateway);
      assertThat(comparison.candidates())
          .extracting(it -> it.score().orElseThrow())
          .containsExactly(-1.0, -1.0);
      assertThat(label(comparison, "scorer")).isEqualTo("none");
    }
  }

  @Test
  void acceptsNothingMoreWhenTheDaysMoneyIsSpent() {
    Price price =
        new Price(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, new BigDecimal(1000));
    try (Postbox evaluator = Postbox.answering(ComparingTest::mark);
        RunningGateway first = priced(evaluator.url(), price, new BigDecimal("0.001")).start()) {
      first.post(CHAT, question("x", false));
      assertThat(first.gateway().awaitCompared(1, LONG)).isTrue();
      first.post(CHAT, question("x", false));
      first.post(CHAT, question("x", false));
      assertThat(first.gateway().awaitCompared(3, LONG)).isTrue();

      assertThat(skipped(first, Skip.COST)).isEqualTo(2);
      assertThat(first.events()).filteredOn(it -> it.contains("why=cost")).hasSize(1);
      List<Comparison> all = compared(first);
      assertThat(all).hasSize(1);
      assertThat(all.getFirst().candidates())
          .allMatch(it -> it.cost().map(Usd::amount).orElseThrow().signum() > 0);
    }
  }

  private static long skipped(RunningGateway gateway, Skip why) {
    return gateway.gateway().core().comparing().mode().tally().skippedCount(why);
  }

  private RunningGateway.Plan priced(URI evaluator, Price price, BigDecimal limit) {
    CollectSettings usual = settings(evaluator, "p/x", "p/y");
    CollectSettings.Limits limits = CollectSettings.Limits.DEFAULT;
    return RunningGateway.in(folder)
        .upstream(
            new UpstreamSettings(
                "p",
                UpstreamSettings.Kind.SCRIPTED,
                Optional.empty(),
                new UpstreamSettings.Credentials.None(),
                Map.of(),
                Set.of(Api.CHAT),
                true,
                UpstreamSettings.Limits.DEFAULT,
                Map.of("*", price),
                List.of(),
                Optional.empty()))
        .route("default", "p")
        .but(
            it ->
                it.withCollect(
                    new CollectSettings(
                        true,
                        CollectSettings.Mode.TRAINING,
                        1,
                        Optional.empty(),
                        new CollectSettings.Training(
                            usual.training().candidates(),
                            usual.training().evaluateEndpoint(),
                            usual.training().evaluateTimeout(),
                            1,
                            Duration.ofSeconds(1),
                            new CollectSettings.Limits(
                                limits.concurrency(), 10, limits.timeout(), 10, limit)))));
  }

  @Test
  void saysInItsMetricsWhatItDid() {
    try (Postbox evaluator = Postbox.answering(ComparingTest::mark);
        RunningGateway gateway = plan(evaluator.url()).start()) {
      gateway.post(CHAT, question("large", false));
      assertThat(gateway.gateway().awaitCompared(1, LONG)).isTrue();
      assertThat(gateway.get("/metrics").body())
          .contains("treadle_compare_accepted 1.0")
          .contains("treadle_compare_compared 1.0")
          .contains("treadle_compare_skipped{why=\"cost\"} 0.0")
          .contains("treadle_upload_points 0.0");
    }
  }
}
