package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.RawClient;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a call asks in turn, how often, and what the client is told in the end. */
class AttemptsTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String CHAT =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
  private static final String STREAM = CHAT.replace("\"model\"", "\"stream\":true,\"model\"");
  private static final Rule HI = Rule.always().say("hi there");

  @TempDir Path folder;

  private RunningGateway.Plan plan(Rule... rules) {
    RunningGateway.Plan plan = RunningGateway.in(folder);
    for (int i = 0; i < rules.length; i++) {
      plan.upstream(
          "abc".substring(i, i + 1), UpstreamSettings.Kind.OPENAI, Script.of(rules[i], HI));
    }
    return plan;
  }

  /** What was kept, when nothing is held any more. */
  private static List<Exchange> kept(RunningGateway gateway) {
    List<Exchange> kept = gateway.kept();
    assertThat(gateway.gateway().core().watchdog().calls()).isZero();
    assertThat(gateway.gateway().core().capture().waitingBytes()).isZero();
    gateway
        .gateway()
        .routes()
        .backends()
        .values()
        .forEach(it -> assertThat(it.upstream().calls()).as(it.name()).isZero());
    return kept;
  }

  private static List<String> errors(Exchange exchange) {
    return exchange.attempts().stream().map(it -> it.error().orElse("")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {CHAT, "stream"})
  void asksTheNextTargetWhereOneFails(String body) {
    try (RunningGateway gateway =
        plan(Rule.always().status(500), HI).route("default", "a", "b/other").start()) {
      HttpResponse<String> answer = gateway.post(PATH, body.equals("stream") ? STREAM : body);

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("x-treadle-attempts")).contains("2");
      assertThat(answer.headers().firstValue("x-treadle-target")).contains("b/other");
      Exchange exchange = kept(gateway).getFirst();
      assertThat(errors(exchange)).containsExactly("http_500", "");
      assertThat(exchange.attempts().getFirst().status()).contains(500);
      assertThat(gateway.upstream(1).received().getFirst().json().path("model").asString())
          .isEqualTo("other");
    }
  }

  @Test
  void asksNoOftenerThanItMay() {
    try (RunningGateway gateway =
        plan(Rule.always().status(503)).attempts(2).route("default", "a").start()) {
      HttpResponse<String> answer = gateway.post(PATH, CHAT);

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(2);
      Exchange exchange = kept(gateway).getFirst();
      assertThat(exchange.state()).isEqualTo(Exchange.State.FAILED);
      Exchange.Attempt first = exchange.attempts().getFirst();
      Exchange.Attempt second = exchange.attempts().getLast();
      assertThat(second.start().minus(first.start()).minus(first.length()))
          .as("a pause of half of 250 ms at least")
          .isGreaterThanOrEqualTo(Duration.ofMillis(124));
    }
  }

  @Test
  void waitsAsLongAsItIsAskedTo() {
    try (RunningGateway gateway =
        plan(Rule.always().status(429).header("retry-after-ms", "400").times(1))
            .route("default", "a")
            .start()) {
      assertThat(gateway.post(PATH, CHAT).statusCode()).isEqualTo(200);
      List<Exchange.Attempt> attempts = kept(gateway).getFirst().attempts();
      assertThat(attempts).hasSize(2);
      assertThat(attempts.getLast().start()).isGreaterThanOrEqualTo(Duration.ofMillis(399));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"120", "9999999", "Fri, 31 Dec 2100 23:59:59 GMT"})
  void tellsTheClientOfAWaitThatIsTooLong(String retryAfter) {
    try (RunningGateway gateway =
        plan(Rule.always().status(429).header("retry-after", retryAfter))
            .route("default", "a")
            .start()) {
      HttpResponse<String> answer = gateway.post(PATH, CHAT);

      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.headers().firstValueAsLong("retry-after").orElseThrow())
          .isGreaterThanOrEqualTo(120);
      assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Infinity", "NaN", "-1", "1e300", "soon", ""})
  void passesOverAWaitThatIsNone(String retryAfter) {
    try (RunningGateway gateway =
        plan(Rule.always().status(429).header("retry-after", retryAfter).times(1))
            .route("default", "a")
            .start()) {
      assertThat(gateway.post(PATH, CHAT).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void doesNotAskAgainWhoSaysSo() {
    try (RunningGateway gateway =
        plan(Rule.always().status(503).header("x-should-retry", "false"), Rule.always().status(500))
            .attempts(4)
            .route("default", "a", "b")
            .start()) {
      assertThat(gateway.post(PATH, CHAT).statusCode()).isEqualTo(500);
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(1);
      assertThat(gateway.upstream(1).receivedCount()).isEqualTo(3);
    }
  }

  @Test
  void aWrongRequestIsWrongEverywhere() {
    try (RunningGateway gateway =
        plan(Rule.always().status(400), HI).route("default", "a", "b").start()) {
      HttpResponse<String> answer = gateway.post(PATH, CHAT);

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.headers().firstValue("x-should-retry")).isEmpty();
      assertThat(gateway.upstream(1).receivedCount()).isZero();
      assertThat(errors(kept(gateway).getFirst())).containsExactly("http_400");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404})
  void whoLacksAKeyOrTheModelIsNotAskedAgain(int status) {
    try (RunningGateway gateway =
        plan(Rule.always().status(status), Rule.always().status(500))
            .attempts(3)
            .route("default", "a", "b")
            .start()) {
      assertThat(gateway.post(PATH, CHAT).statusCode()).isEqualTo(500);
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(1);
      assertThat(gateway.upstream(1).receivedCount()).isEqualTo(2);
    }
  }

  @Test
  void passesAnErrorOnInTheUpstreamsOwnBytesOrInTheClientsForm() throws IOException {
    try (RunningGateway gateway = plan(Rule.always().status(404)).route("default", "a").start();
        RawClient direct = new RawClient(gateway.upstream(0).baseUrl())) {
      String own = direct.post(PATH, CHAT).text();
      assertThat(gateway.post(PATH, CHAT).body()).isEqualTo(own);
      HttpResponse<String> messages =
          gateway.post("/v1/messages", CHAT.replace("\"model\"", "\"max_tokens\":9,\"model\""));
      assertThat(messages.statusCode()).isEqualTo(404);
      assertThat(Json.read(messages.body()).path("type").asString()).isEqualTo("error");
      assertThat(Json.read(messages.body()).at("/error/message"))
          .isEqualTo(Json.read(own).at("/error/message"));
    }
  }

  @Test
  void oneDeadlineHoldsForAllAttempts() {
    try (RunningGateway gateway =
        plan(Rule.always().fail(Fault.STALL_BEFORE_FIRST_TOKEN))
            .deadline(Duration.ofMillis(300))
            .attempts(9)
            .route("default", "a")
            .start()) {
      HttpResponse<String> answer = gateway.post(PATH, STREAM);

      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(errors(kept(gateway).getFirst())).containsExactly("deadline");
    }
  }

  @Test
  void anOpenBreakerCostsNoAttemptAndHidesNobodysWords() {
    try (RunningGateway gateway =
        plan(Rule.always().status(500), Rule.always().status(429), HI)
            .attempts(1)
            .route("break", "a")
            .route("past", "a", "c")
            .route("words", "b", "a")
            .route("default", "a")
            .start()) {
      for (int i = 0; i < 5; i++) {
        assertThat(gateway.post(PATH, CHAT).statusCode()).isEqualTo(500);
      }
      HttpResponse<String> alone = gateway.post(PATH, CHAT);
      assertThat(alone.statusCode()).isEqualTo(503);
      assertThat(alone.body()).contains("left alone");
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(5);

      assertThat(gateway.post(PATH, CHAT, "x-treadle-route", "past").statusCode()).isEqualTo(200);
      assertThat(gateway.post(PATH, CHAT, "x-treadle-route", "words").statusCode()).isEqualTo(429);
      assertThat(errors(kept(gateway).get(6))).containsExactly("breaker_open", "");
    }
  }

  @Test
  void tellsThatNobodyUnderstandsARequest() {
    try (RunningGateway gateway =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.ANTHROPIC, Script.of(HI))
            .route("default", "a")
            .start()) {
      HttpResponse<String> answer =
          gateway.post("/v1/responses", "{\"model\":\"m\",\"input\":\"hello\"}");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("does not understand /v1/responses");
      assertThat(gateway.post(PATH, CHAT, "x-treadle-route", "none").statusCode()).isEqualTo(404);
      assertThat(gateway.upstream(0).receivedCount()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"STALL_BEFORE_FIRST_TOKEN", "STALL_AFTER_FIRST_TOKEN"})
  void aClientThatLeavesEndsTheUpstreamsCall(Fault fault) throws IOException {
    UpstreamSettings.Limits patient =
        new UpstreamSettings.Limits(4, Duration.ofMinutes(1), Duration.ofMinutes(1), 1 << 20);
    try (RunningGateway gateway =
        RunningGateway.in(folder)
            .limits(patient)
            .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().fail(fault)))
            .route("default", "a")
            .start()) {
      try (RawClient client = new RawClient(gateway.url("/"))) {
        client.send(PATH, STREAM);
        assertThat(gateway.upstream(0).awaitReceived(1, Duration.ofSeconds(10))).isTrue();
      }
      assertThat(gateway.upstream(0).awaitClientsGone(1, Duration.ofSeconds(10))).isTrue();
      Exchange exchange = kept(gateway).getFirst();
      assertThat(exchange.state()).isEqualTo(Exchange.State.CANCELLED);
      assertThat(exchange.abortReason()).contains("client_gone");
    }
  }
}
