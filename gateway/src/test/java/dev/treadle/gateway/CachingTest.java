package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are given again: to whom, for how long, and which ones. */
class CachingTest extends CachedCalls {

  @Test
  void anEqualRequestIsAnsweredAsBefore() {
    try (RunningGateway gateway = saying("hi there")) {
      HttpResponse<String> first = gateway.post(PATH, CHAT);
      now.updateAndGet(it -> it.plusSeconds(90));
      HttpResponse<String> second = gateway.post(PATH, CHAT);

      assertThat(cache(first)).isEqualTo("miss");
      assertThat(header(first, "age")).isEqualTo("-");
      assertThat(cache(second)).isEqualTo("hit");
      assertThat(header(second, "age")).isEqualTo("90");
      assertThat(second.statusCode()).isEqualTo(200);
      assertThat(second.body()).isEqualTo(first.body());
      for (String same :
          List.of("content-type", "x-treadle-route", "x-treadle-target", "x-treadle-model")) {
        assertThat(header(second, same)).isEqualTo(header(first, same)).isNotEqualTo("-");
      }
      assertThat(header(second, "x-treadle-source")).as("nobody decided").isEqualTo("-");
      assertThat(header(second, "x-treadle-exchange"))
          .isNotEqualTo(header(first, "x-treadle-exchange"));
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(1);
    }
  }

  @Test
  void aRouteWithoutACacheSaysNothingAndAsks() {
    try (RunningGateway gateway =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("hi")))
            .route("default", "a")
            .start()) {
      assertThat(cache(gateway.post(PATH, CHAT))).isEqualTo("-");
      assertThat(cache(gateway.post(PATH, CHAT))).isEqualTo("-");
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(2);
      assertThat(gateway.gateway().core().caching().cache().size()).isZero();
    }
  }

  @Test
  void anAnswerIsGivenForItsTimeOnly() {
    try (RunningGateway gateway = saying("hi")) {
      gateway.post(PATH, CHAT);
      now.updateAndGet(it -> it.plus(HOUR).minusSeconds(1));
      assertThat(cache(gateway.post(PATH, CHAT))).isEqualTo("hit");
      now.updateAndGet(it -> it.plusSeconds(1));
      assertThat(cache(gateway.post(PATH, CHAT))).isEqualTo("miss");
      assertThat(cache(gateway.post(PATH, CHAT))).as("the new one").isEqualTo("hit");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hellO\"}]}",
        "{\"model\":\"n\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}] }",
        "{\"model\":\"m\",\"user\":\"u\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}",
        "{\"stream\":true,\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}",
      })
  void anotherByteIsAnotherRequest(String other) {
    try (RunningGateway gateway = saying("hi")) {
      gateway.post(PATH, CHAT);
      assertThat(cache(gateway.post(PATH, other))).isEqualTo("miss");
      assertThat(cache(gateway.post(PATH + "?a=b", CHAT))).isEqualTo("miss");
      assertThat(cache(gateway.post(PATH, CHAT))).isEqualTo("hit");
    }
  }

  @Test
  void twoKeysNeverShare() {
    RunningGateway.Plan plan = plan(Rule.always().say("hi")).route("default", "a");
    String one = key(plan, "one");
    String other = key(plan, "other");
    try (RunningGateway gateway = plan.withKeys().start()) {
      assertThat(cache(gateway.post(PATH, CHAT, "x-treadle-key", one))).isEqualTo("miss");
      assertThat(cache(gateway.post(PATH, CHAT, "x-treadle-key", other))).isEqualTo("miss");
      assertThat(cache(gateway.post(PATH, CHAT, "x-treadle-key", one))).isEqualTo("hit");
      assertThat(gateway.post(PATH, CHAT).statusCode()).as("no key, no answer").isEqualTo(401);
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(2);
    }
  }

  @Test
  void aKeyThatMayNoLongerUseTheRouteIsNotAnswered() {
    RunningGateway.Plan plan = plan(Rule.always().say("hi")).route("default", "a");
    String key = key(plan, "one");
    try (RunningGateway gateway = plan.withKeys().start()) {
      gateway.post(PATH, CHAT, "x-treadle-key", key);
      ApiKeys.revoke(gateway.lake().state(), "one");
      String narrow = key(plan, "one", "elsewhere");
      gateway.gateway().reload(plan.settings(), ApiKeys.read(gateway.lake().state()));

      assertThat(gateway.post(PATH, CHAT, "x-treadle-key", key).statusCode()).isEqualTo(401);
      assertThat(gateway.post(PATH, CHAT, "x-treadle-key", narrow).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void aKeyMadeAnewDoesNotInherit() {
    RunningGateway.Plan plan = plan(Rule.always().say("hi")).route("default", "a");
    String key = key(plan, "one");
    try (RunningGateway gateway = plan.withKeys().start()) {
      gateway.post(PATH, CHAT, "x-treadle-key", key);
      ApiKeys.revoke(gateway.lake().state(), "one");
      String again = key(plan, "one");
      gateway.gateway().reload(plan.settings(), ApiKeys.read(gateway.lake().state()));
      assertThat(cache(gateway.post(PATH, CHAT, "x-treadle-key", again))).isEqualTo("miss");
    }
  }

  private static int keys;

  private static String key(RunningGateway.Plan plan, String name, String... routes) {
    return ApiKeys.create(
            plan.lake().state(),
            new ApiKeys.Grant(name, Set.of(routes), false, false),
            Instant.EPOCH,
            new Random(++keys))
        .value();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorization",
        "x-api-key",
        "api-key",
        "openai-organization",
        "anthropic-version",
        "anthropic-beta",
        "openai-beta",
        "x-tenant",
      })
  void clientsWithOtherCredentialsOrVersionsNeverShare(String field) {
    try (RunningGateway gateway = saying("hi")) {
      assertThat(cache(gateway.post(PATH, CHAT))).isEqualTo("miss");
      assertThat(cache(gateway.post(PATH, CHAT, field, "Bearer one"))).isEqualTo("miss");
      assertThat(cache(gateway.post(PATH, CHAT, field, "Bearer two"))).isEqualTo("miss");
      assertThat(cache(gateway.post(PATH, CHAT, field, "Bearer one"))).isEqualTo("hit");
      assertThat(cache(gateway.post(PATH, CHAT))).isEqualTo("hit");
    }
  }

  @Test
  void whatNumbersASingleRequestDoesNotCount() {
    try (RunningGateway gateway = saying("hi")) {
      gateway.post(PATH, CHAT, "x-stainless-retry-count", "0", "x-request-id", "1");
      assertThat(
              cache(
                  gateway.post(
                      PATH,
                      CHAT,
                      "x-stainless-retry-count",
                      "1",
                      "x-request-id",
                      "2",
                      "traceparent",
                      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                      "idempotency-key",
                      "3",
                      "x-treadle-conversation",
                      "c")))
          .isEqualTo("hit");
    }
  }

  @Test
  void routesDoNotShare() {
    try (RunningGateway gateway =
        plan(Rule.always().say("hi")).route("default", "a").route("other", "a").start()) {
      gateway.post(PATH, CHAT);
      assertThat(cache(gateway.post(PATH, CHAT, "x-treadle-route", "other"))).isEqualTo("miss");
      assertThat(cache(gateway.post(PATH, CHAT, "x-treadle-route", "default"))).isEqualTo("hit");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-cache", "max-age=30, No-Cache", "no-store , no-cache"})
  void aClientMayWantItsAnswerNew(String wish) {
    try (RunningGateway gateway = saying("hi")) {
      String before = gateway.post(PATH, CHAT).body();
      String fresh = gateway.post(PATH, CHAT, "cache-control", wish).body();
      HttpResponse<String> after = gateway.post(PATH, CHAT);

      assertThat(fresh).isNotEqualTo(before);
      assertThat(cache(after)).isEqualTo("hit");
      assertThat(after.body()).isEqualTo(wish.startsWith("no-store") ? before : fresh);
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(2);
    }
  }

  @Test
  void aClientMaySayHowOldAnAnswerMayBe() {
    try (RunningGateway gateway = saying("hi")) {
      gateway.post(PATH, CHAT);
      now.updateAndGet(it -> it.plusSeconds(30));
      assertThat(cache(gateway.post(PATH, CHAT, "cache-control", "max-age=30"))).isEqualTo("hit");
      assertThat(cache(gateway.post(PATH, CHAT, "cache-control", "max-age=x"))).isEqualTo("hit");
      assertThat(cache(gateway.post(PATH, CHAT, "cache-control", "max-age=29"))).isEqualTo("miss");
      assertThat(header(gateway.post(PATH, CHAT), "age")).as("refreshed").isEqualTo("0");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-treadle-no-store: true", "cache-control: no-store"})
  void aClientMayWantItsAnswerForgotten(String wish) {
    String name = wish.split(": ", -1)[0];
    String value = wish.split(": ", -1)[1];
    try (RunningGateway gateway = saying("hi")) {
      assertThat(cache(gateway.post(PATH, CHAT, name, value))).isEqualTo("miss");
      assertThat(cache(gateway.post(PATH, STREAM, name, value))).isEqualTo("miss");
      assertThat(gateway.gateway().core().caching().cache().heldBytes()).isZero();
      assertThat(cache(gateway.post(PATH, CHAT))).isEqualTo("miss");
      assertThat(cache(gateway.post(PATH, CHAT, name, value)))
          .as("taking one is not leaving one")
          .isEqualTo("hit");
      assertThat(gateway.kept()).hasSize(name.equals("cache-control") ? 4 : 1);
    }
  }

  @Test
  void embeddingsAreGivenAgainAndStillKeptWithoutVectors() {
    String body = "{\"model\":\"e\",\"input\":[\"one\",\"two\"]}";
    try (RunningGateway gateway = saying("hi")) {
      HttpResponse<String> first = gateway.post("/v1/embeddings", body);
      HttpResponse<String> second = gateway.post("/v1/embeddings", body);
      assertThat(cache(second)).isEqualTo("hit");
      assertThat(second.body()).isEqualTo(first.body()).contains("embedding");
      assertThat(gateway.kept().getLast().answer().orElseThrow().body()).isEmpty();
    }
  }

  @Test
  void aConversationThatTheVendorKeepsIsAlwaysAsked() {
    String body = "{\"model\":\"m\",\"input\":\"hello\"}";
    String going = body.replace("{", "{\"conversation\":\"conv_1\",");
    try (RunningGateway gateway = saying("hi")) {
      gateway.post("/v1/responses", body);
      assertThat(cache(gateway.post("/v1/responses", body))).isEqualTo("hit");
      assertThat(cache(gateway.post("/v1/responses", going))).isEqualTo("-");
      assertThat(cache(gateway.post("/v1/responses", going))).isEqualTo("-");
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(3);
      assertThat(gateway.gateway().core().caching().cache().size()).isEqualTo(1);
    }
  }
}
