package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.http.Headers;
import dev.treadle.gateway.scripted.Answer;
import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Purpose;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Calls that the gateway makes for itself. */
class InternalCallTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;

  private RunningGateway.Plan plan(Rule a, Rule b) {
    return RunningGateway.in(folder)
        .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(a))
        .upstream("b", UpstreamSettings.Kind.ANTHROPIC, Script.of(b));
  }

  private static ObjectNode hello() {
    return (ObjectNode)
        Json.read("{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}");
  }

  private static InternalCall.Answered ask(RunningGateway gateway, String model, Purpose why) {
    return new InternalCall(gateway.gateway().core())
        .call(gateway.gateway().routes(), model, hello(), why, LONG);
  }

  @ParameterizedTest
  @CsvSource({
    "judge, a/judge, from a",
    "a/m/with/slashes, a/m/with/slashes, from a",
    "b/claude, b/claude, from b",
    "other, b/other, from b"
  })
  void asksARouteATargetOrWhoAnswersForTheModel(String model, String target, String text) {
    try (RunningGateway gateway =
        plan(Rule.always().say("from a"), Rule.always().say("from b"))
            .route("judge", "a")
            .route("default", "b")
            .start()) {
      InternalCall.Answered answered = ask(gateway, model, Purpose.JUDGE);

      assertThat(answered.error()).isEmpty();
      assertThat(answered.isAnswer()).isTrue();
      assertThat(answered.text()).isEqualTo(text);
      assertThat(answered.target()).contains(target);
      assertThat(answered.finish()).contains("stop");
      assertThat(answered.usage()).isPresent();
      Exchange kept = gateway.kept().getFirst();
      assertThat(kept.id()).isEqualTo(answered.exchange());
      assertThat(kept.purpose()).isEqualTo(Purpose.JUDGE);
    }
  }

  @Test
  void tellsWhyThereIsNoAnswer() {
    try (RunningGateway gateway =
        plan(Rule.always().status(400), Rule.always().fail(Fault.CUT_BEFORE_FIRST_TOKEN))
            .attempts(1)
            .route("a", "a")
            .route("b", "b")
            .start()) {
      assertThat(ask(gateway, "a", Purpose.JUDGE).error()).contains("http_400");
      assertThat(ask(gateway, "b", Purpose.JUDGE).error()).contains("upstream_cut");
      assertThat(ask(gateway, "neither", Purpose.JUDGE).error()).contains("no_route");
      assertThat(ask(gateway, "neither", Purpose.JUDGE).text()).isEmpty();
      assertThat(gateway.kept()).hasSize(2);
    }
  }

  @Test
  void givesUpInTime() {
    try (RunningGateway gateway =
        plan(Rule.always().fail(Fault.STALL_BEFORE_FIRST_TOKEN), Rule.always().say("b"))
            .route("a", "a")
            .start()) {
      InternalCall.Answered answered =
          new InternalCall(gateway.gateway().core())
              .call(
                  gateway.gateway().routes(), "a", hello(), Purpose.SHADOW, Duration.ofMillis(100));

      assertThat(answered.error()).contains("deadline");
      assertThat(gateway.gateway().core().watchdog().calls()).isZero();
    }
  }

  @Test
  void aShadowIsNobodyElsesAnswer() {
    try (RunningGateway gateway =
        plan(Rule.always().status(404), Rule.always().say("from b"))
            .route("both", "a", "b")
            .start()) {
      assertThat(ask(gateway, "both", Purpose.JUDGE).text()).isEqualTo("from b");
      assertThat(ask(gateway, "both", Purpose.SHADOW).error()).contains("http_404");
    }
  }

  @Test
  void sendsTheClientsCredentialsOnWhereTheUpstreamWantsThem() {
    RunningGateway.Plan plan = RunningGateway.in(folder);
    plan.upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("hi")));
    plan.upstream(
            "c",
            UpstreamSettings.Kind.OPENAI,
            plan.started(0).baseUrl(),
            new UpstreamSettings.Credentials.Clients())
        .route("c", "c");
    try (RunningGateway gateway = plan.start()) {
      Headers headers =
          new Headers().add("authorization", "Bearer theirs").add("x-treadle-route", "c");
      new InternalCall(gateway.gateway().core())
          .call(
              gateway.gateway().routes(),
              new InternalCall.Question(
                  "c", hello(), Purpose.SHADOW, LONG, headers, Optional.of("p_1"), false));

      assertThat(gateway.upstream(0).received().getFirst().headers())
          .containsEntry("authorization", "Bearer theirs")
          .doesNotContainKey("x-treadle-route");
      assertThat(gateway.kept()).as("not to be kept").isEmpty();
    }
  }

  @Test
  void countsWhatItCosts() {
    RunningGateway.Plan plan = RunningGateway.in(folder);
    plan.upstream(
        "x",
        UpstreamSettings.Kind.OPENAI,
        Script.of(Rule.always().say(Answer.text("hi").used(new Answer.Usage(100, 0, 0, 10, 0)))));
    plan.upstream(
        new UpstreamSettings(
            "paid",
            UpstreamSettings.Kind.OPENAI,
            Optional.of(plan.started(0).baseUrl()),
            new UpstreamSettings.Credentials.None(),
            Map.of(),
            Set.of(Api.CHAT),
            true,
            UpstreamSettings.Limits.DEFAULT,
            Map.of("*", new Price(BigDecimal.ONE, BigDecimal.ONE, BigDecimal.ONE, BigDecimal.TEN)),
            List.of(),
            Optional.empty()));
    try (RunningGateway gateway = plan.route("default", "paid").start()) {
      assertThat(ask(gateway, "default", Purpose.JUDGE).cost().orElseThrow().amount())
          .isEqualByComparingTo("0.0002");
    }
  }

  @Test
  void aShadowDoesNotContinueAUsersConversation() {
    try (RunningGateway gateway =
        plan(Rule.always().say("hi"), Rule.always().say("hi")).route("default", "a").start()) {
      gateway.post(
          "/v1/chat/completions",
          "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}");
      String subject = gateway.gateway().core().capture().pseudonym("anonymous");
      new InternalCall(gateway.gateway().core())
          .call(
              gateway.gateway().routes(),
              new InternalCall.Question(
                  "a/m", hello(), Purpose.SHADOW, LONG, new Headers(), Optional.of(subject), true));
      gateway.post(
          "/v1/chat/completions",
          """
          {"model":"m","messages":[{"role":"user","content":"hello"},
           {"role":"assistant","content":"hi"},{"role":"user","content":"more"}]}
          """);

      List<Exchange> kept = gateway.kept();
      List<Exchange> users = kept.stream().filter(it -> it.purpose() == Purpose.USER).toList();
      Exchange shadow =
          kept.stream().filter(it -> it.purpose() == Purpose.SHADOW).findFirst().orElseThrow();
      assertThat(users).hasSize(2);
      String conversation = users.getFirst().conversation().orElseThrow().id();
      assertThat(users.getLast().conversation().orElseThrow().id()).isEqualTo(conversation);
      assertThat(shadow.conversation().orElseThrow().id()).isNotEqualTo(conversation);
      assertThat(shadow.subject()).contains(subject);
    }
  }
}
