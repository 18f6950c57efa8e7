package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.gateway.evaluate.EvaluateSettings;
import dev.treadle.gateway.evaluate.Evaluator;
import dev.treadle.gateway.evaluate.JudgeModel;
import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.When;
import dev.treadle.measure.score.CodeCheck;
import dev.treadle.measure.score.GoldenSet;
import dev.treadle.measure.score.JudgeProtocol;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Purpose;
import dev.treadle.transcript.TreadleException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What an answer is worth, asked of the gateway. */
class EvaluateTest {
  private static final GoldenSet KNOWN =
      new GoldenSet(List.of(new GoldenSet.Known("What is 6 x 7?", "42", Optional.empty())));

  @TempDir Path folder;

  private RunningGateway.Plan plan(Rule... rules) {
    return RunningGateway.in(folder)
        .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(rules))
        .attempts(1)
        .route("default", "a")
        .route("grader", "a");
  }

  private static EvaluateSettings judging(boolean swaps) {
    return new EvaluateSettings(
        Optional.of("grader"), swaps, Duration.ofSeconds(5), Optional.empty(), KNOWN);
  }

  private static JsonNode ask(RunningGateway gateway, String body) {
    HttpResponse<String> answer = gateway.post("/v1/evaluate", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.read(answer.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"question\":\"q\",\"answer\":\"The answer is 1/2.\",\"reference\":\"0.5\"}|1|numeric",
        "{\"question\":\"q\",\"answer\":\"0.6\",\"reference\":\"0.5\"}|0|numeric",
        "{\"question\":\"q\",\"answer\":\"0.50\",\"reference\":\"0.5\",\"method\":\"exact\"}|0|exact",
        "{\"question\":\" what is 6 x 7?\",\"answer\":\"So it is 42.\"}|1|numeric",
        "{\"question\":\"What is 6 x 7?\",\"answer\":\"So it is 48.\"}|0|numeric",
        "{\"question\":\"else\",\"answer\":\"x\"}|-1|none",
        "{\"question\":\"else\",\"answer\":\"x\",\"method\":\"numeric\"}|-1|numeric",
        "{\"question\":\"else\",\"answer\":\"print(1)\",\"tests\":\"assert 1\"}|-1|code",
        "{\"question\":\"else\",\"answer\":\"\",\"heuristics\":true}|0|heuristic:empty",
        "{\"question\":\"else\",\"answer\":\"x\",\"heuristics\":true}|-1|heuristic",
        "{\"question\":\"\",\"answer\":\"\"}|-1|none"
      })
  void judgesByWhatIsThere(String body, double score, String method) {
    EvaluateSettings known = EvaluateSettings.DEFAULT.withReferences(KNOWN);
    try (RunningGateway gateway = plan().but(it -> it.withEvaluate(known)).start()) {
      JsonNode said = ask(gateway, body);

      assertThat(said.path("score").doubleValue()).isEqualTo(score);
      assertThat(said.path("method").stringValue()).isEqualTo(method);
      assertThat(said.path("explanation").stringValue()).isNotBlank();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "not json",
        "{}",
        "{\"question\":\"q\"}",
        "{\"answer\":\"a\"}",
        "{\"question\":1,\"answer\":\"a\"}",
        "{\"question\":\"q\",\"answer\":[\"a\"]}",
        "{\"question\":\"q\",\"answer\":\"a\",\"method\":\"magic\"}",
        "{\"question\":\"q\",\"answer\":\"a\",\"heuristics\":\"yes\"}",
        "{\"question\":\"q\",\"answer\":\"a\",\"refrence\":\"b\"}"
      })
  void tellsWhatIsWrong(String body) {
    try (RunningGateway gateway = plan().start()) {
      HttpResponse<String> answer = gateway.post("/v1/evaluate", body);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(Json.read(answer.body()).at("/error/message").asString()).isNotBlank();
      assertThat(gateway.get("/v1/evaluate").statusCode()).isEqualTo(405);
      assertThat(gateway.events()).noneMatch(it -> it.startsWith("ERROR"));
    }
  }

  @Test
  void refusesAnAnswerThatIsTooLong() {
    try (RunningGateway gateway =
        plan()
            .but(
                it ->
                    it.withListener(
                        new GatewaySettings.Listener(
                            "127.0.0.1",
                            0,
                            Set.of(),
                            Set.of(),
                            8 << 20,
                            Duration.ofSeconds(5),
                            false)))
            .start()) {
      String body =
          "{\"question\":\"q\",\"answer\":\""
              + "9".repeat((1 << 20) + 1)
              + "\",\"reference\":\"9\"}";
      HttpResponse<String> answer = gateway.post("/v1/evaluate", body);

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("'answer' is longer");
    }
  }

  @Test
  void asksTheJudgeTwiceAndKeepsThatAsItsExchanges() {
    try (RunningGateway gateway =
        plan(
                Rule.always().say("{\"reason\": \"fine\", \"score\": 10}").times(1),
                Rule.always().say("{\"reason\": \"so so\", \"score\": 5.5}"))
            .but(it -> it.withEvaluate(judging(true)))
            .start()) {
      JsonNode said =
          ask(gateway, "{\"question\":\"Why?\",\"answer\":\"Because.\",\"rubric\":\"be brief\"}");

      assertThat(said.path("score").doubleValue()).isEqualTo(0.75);
      assertThat(said.path("method").stringValue()).isEqualTo("judge");
      assertThat(said.path("explanation").stringValue()).contains("fine", "order");
      String prompt =
          gateway.upstream(0).received().getFirst().json().at("/messages/0/content").asString();
      assertThat(prompt).contains("Why?", "Because.", "be brief");
      List<Exchange> kept = gateway.kept();
      assertThat(kept).hasSize(2).allMatch(it -> it.purpose() == Purpose.JUDGE);
    }
  }

  @Test
  void keepsNothingWhereTheClientAsksSo() {
    try (RunningGateway gateway =
        plan(Rule.always().say("{\"score\": 10}"))
            .but(it -> it.withEvaluate(judging(false)))
            .start()) {
      HttpResponse<String> answer =
          gateway.post(
              "/v1/evaluate",
              "{\"question\":\"Why?\",\"answer\":\"B\"}",
              "x-treadle-no-store",
              "1");

      assertThat(Json.read(answer.body()).path("score").doubleValue()).isEqualTo(1);
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(1);
      assertThat(gateway.kept()).isEmpty();
    }
  }

  @Test
  void aReferenceOfManyWordsIsForTheJudge() {
    String reference = "the sky is blue as short waves of light are scattered more than long ones";
    try (RunningGateway gateway =
        plan(Rule.when(When.contains("scattered more")).say("{\"score\": 10}"))
            .but(it -> it.withEvaluate(judging(false)))
            .start()) {
      String body =
          "{\"question\":\"Why?\",\"answer\":\"Rayleigh scattering.\",\"reference\":\""
              + reference
              + "\"}";
      assertThat(ask(gateway, body).path("method").stringValue()).isEqualTo("judge");
      assertThat(
              ask(gateway, body.replace("}", ",\"method\":\"rouge_l\"}"))
                  .path("method")
                  .stringValue())
          .isEqualTo("rouge_l");
    }
  }

  @Test
  void aJudgeThatFailsGivesNoScore() {
    try (RunningGateway gateway =
        plan(
                Rule.when(When.contains("stall")).fail(Fault.STALL_BEFORE_FIRST_TOKEN),
                Rule.when(When.contains("broken")).status(500),
                Rule.always().say("I would rather not say."))
            .but(
                it ->
                    it.withEvaluate(
                        new EvaluateSettings(
                            Optional.of("a/any"),
                            false,
                            Duration.ofMillis(100),
                            Optional.empty(),
                            GoldenSet.EMPTY)))
            .start()) {
      for (String question : new String[] {"stall", "broken", "chat"}) {
        JsonNode said = ask(gateway, "{\"question\":\"" + question + "\",\"answer\":\"x\"}");
        assertThat(said.path("score").doubleValue()).isEqualTo(-1);
        assertThat(said.path("explanation").stringValue()).startsWith("the judge gave no");
      }
    }
  }

  @Test
  void aJudgeThatIsNoModelIsRefusedAtTheStart() {
    RunningGateway.Plan plan =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of())
            .route("only", "a")
            .but(it -> it.withEvaluate(judging(true)));
    assertThatThrownBy(plan::start)
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("evaluate.judge names 'grader'");
  }

  @Test
  void needsAKeyWhereThereAreKeys() {
    RunningGateway.Plan plan = plan();
    ApiKeys.create(
        plan.lake().state(),
        new ApiKeys.Grant("ann", Set.of(), false, false),
        Instant.EPOCH,
        new Random(3));
    try (RunningGateway gateway = plan.withKeys().start()) {
      assertThat(gateway.post("/v1/evaluate", "{\"question\":\"q\",\"answer\":\"a\"}").statusCode())
          .isEqualTo(401);
    }
  }

  @ParameterizedTest
  @CsvSource({"A, B, FIRST", "B, A, SECOND", "A, A, TIE", "tie, B, TIE"})
  void comparesTwoAnswersBothWaysRound(String given, String exchanged, String preference) {
    JudgeModel judge =
        (_, prompt, _) ->
            new JudgeModel.Said.Words(
                "{\"better\": \""
                    + (prompt.indexOf("ONE") < prompt.indexOf("OTHER") ? given : exchanged)
                    + "\"}");
    Evaluator evaluator = new Evaluator(judging(true), judge, CodeCheck.UNAVAILABLE);

    assertThat(evaluator.prefers("q", "ONE", "OTHER", JudgeProtocol.Grounds.NONE))
        .contains(JudgeProtocol.Preference.valueOf(preference));
    Evaluator without = new Evaluator(EvaluateSettings.DEFAULT, judge, CodeCheck.UNAVAILABLE);
    assertThat(without.prefers("q", "ONE", "OTHER", JudgeProtocol.Grounds.NONE)).isEmpty();
  }
}
