package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.ScriptedUpstream;
import dev.treadle.gateway.scripted.When;
import dev.treadle.store.Durability;
import dev.treadle.transcript.Exchange;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.StringNode;

/** What is kept and counted of answers that are given again, and what a reload does to them. */
class CachedExchangesTest extends CachedCalls {

  @Test
  void aHitIsKeptAsAnExchangeOfItsOwn() {
    try (RunningGateway gateway = saying("hi there")) {
      String asked = header(gateway.post(PATH, CHAT), "x-treadle-exchange");
      String given = header(gateway.post(PATH, CHAT), "x-treadle-exchange");
      String streamed = header(gateway.post(PATH, STREAM), "x-treadle-exchange");
      String again = header(gateway.post(PATH, STREAM), "x-treadle-exchange");
      List<Exchange> kept = gateway.kept();
      Exchange first = of(kept, asked);
      Exchange hit = of(kept, given);

      assertThat(first.extra()).isEmpty();
      assertThat(hit.extra())
          .containsEntry("cached", StringNode.valueOf(asked))
          .containsEntry("cached_from", StringNode.valueOf("a/m"));
      assertThat(hit.state()).isEqualTo(Exchange.State.ANSWERED);
      assertThat(hit.attempts()).isEmpty();
      assertThat(hit.decision()).isEmpty();
      assertThat(hit.cost().orElseThrow().amount()).isEqualTo(BigDecimal.ZERO);
      assertThat(hit.usage()).isEqualTo(first.usage()).isPresent();
      assertThat(hit.answer()).isEqualTo(first.answer()).isPresent();
      assertThat(hit.request()).isEqualTo(first.request());
      assertThat(hit.route()).isEqualTo("default");
      assertThat(hit.subject()).isEqualTo(first.subject());
      assertThat(of(kept, again).extra()).containsEntry("cached", StringNode.valueOf(streamed));
      assertThat(of(kept, again).answer()).isEqualTo(of(kept, streamed).answer());
      assertThat(of(kept, again).answer().orElseThrow().streamed()).isTrue();
    }
  }

  private static Exchange of(List<Exchange> kept, String id) {
    return kept.stream().filter(it -> it.id().equals(id)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void aHitIsKeptAsItsRouteSays(Durability durability) {
    try (RunningGateway gateway =
        plan(Rule.always().say("hi")).durability(durability).route("default", "a").start()) {
      for (String body : List.of(CHAT, CHAT, STREAM, STREAM, STREAM)) {
        assertThat(gateway.post(PATH, body).statusCode()).isEqualTo(200);
      }
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(2);
      assertThat(gateway.kept())
          .extracting(Exchange::state)
          .containsOnly(Exchange.State.ANSWERED)
          .hasSize(5);
    }
  }

  @Test
  void hitsAndMissesAreCountedByRoute() {
    try (RunningGateway gateway =
        plan(Rule.always().say("hi")).route("default", "a").route("other", "a").start()) {
      gateway.post(PATH, CHAT);
      String before = tokens(gateway);
      gateway.post(PATH, CHAT);
      gateway.post(PATH, STREAM);
      gateway.post(PATH, STREAM);
      gateway.post(PATH, STREAM);
      String metrics = gateway.get("/metrics").body();

      assertThat(metrics)
          .contains("treadle_cache_hits_total{route=\"default\"} 3.0")
          .contains("treadle_cache_misses_total{route=\"default\"} 2.0")
          .contains("treadle_cache_hits_total{route=\"other\"} 0.0")
          .contains("treadle_cache_answers 2.0")
          .containsPattern("treadle_cache_bytes [1-9]")
          .contains(
              "treadle_attempts_total{api=\"chat\",route=\"default\",state=\"answered\",upstream=\"none\"} 0.0");
      assertThat(before).isNotEmpty();
      assertThat(metrics.lines().filter(it -> it.startsWith("treadle_tokens_total")))
          .filteredOn(it -> it.contains("none"))
          .as("tokens that nobody had to count")
          .allMatch(it -> it.endsWith(" 0.0"));
    }
  }

  private static String tokens(RunningGateway gateway) {
    return String.join(
        "\n",
        gateway
            .get("/metrics")
            .body()
            .lines()
            .filter(it -> it.startsWith("treadle_tokens_total"))
            .toList());
  }

  private static void reload(RunningGateway gateway, GatewaySettings settings) {
    gateway.gateway().reload(settings, ApiKeys.read(gateway.lake().state()));
  }

  @Test
  void whatDidNotChangeKeepsItsAnswers() {
    RunningGateway.Plan plan =
        plan(Rule.always().say("hi")).route("default", "a").route("other", "a");
    try (RunningGateway gateway = plan.start()) {
      gateway.post(PATH, CHAT);
      gateway.post(PATH, CHAT, "x-treadle-route", "other");
      GatewaySettings settings = plan.settings();
      reload(gateway, settings);
      assertThat(cache(gateway.post(PATH, CHAT))).isEqualTo("hit");

      RouteSettings other = settings.routes().getLast();
      RouteSettings shorter = other.caching(Optional.of(Duration.ofMinutes(1)));
      reload(gateway, settings.withRoutes(List.of(settings.routes().getFirst(), shorter)));
      assertThat(cache(gateway.post(PATH, CHAT))).isEqualTo("hit");
      assertThat(cache(gateway.post(PATH, CHAT, "x-treadle-route", "other"))).isEqualTo("miss");

      reload(
          gateway,
          settings.withRoutes(List.of(settings.routes().getFirst().caching(Optional.empty()))));
      assertThat(cache(gateway.post(PATH, CHAT))).isEqualTo("-");
      assertThat(gateway.gateway().core().caching().cache().heldBytes()).isZero();

      reload(gateway, settings);
      assertThat(cache(gateway.post(PATH, CHAT))).as("that was before").isEqualTo("miss");
    }
  }

  @Test
  void anotherUpstreamOfTheSameNameAsksAnew() {
    RunningGateway.Plan plan = plan(Rule.always().say("old")).route("default", "a");
    try (ScriptedUpstream upstream = ScriptedUpstream.start(Script.of(Rule.always().say("new")));
        RunningGateway gateway = plan.start()) {
      assertThat(gateway.post(PATH, CHAT).body()).contains("old");
      GatewaySettings settings = plan.settings();
      UpstreamSettings before = settings.upstreams().getFirst();
      UpstreamSettings moved =
          new UpstreamSettings(
              before.name(),
              before.kind(),
              Optional.of(upstream.baseUrl()),
              before.credentials(),
              before.headers(),
              before.apis(),
              true,
              before.limits(),
              before.prices(),
              before.models(),
              Optional.empty());
      reload(gateway, settings.withUpstreams(List.of(moved)));
      assertThat(gateway.post(PATH, CHAT).body()).contains("new");
    }
  }

  @Test
  void aSmallerMemoryHoldsAtOnce() {
    RunningGateway.Plan plan = plan(Rule.always().say("hi")).route("default", "a");
    try (RunningGateway gateway = plan.start()) {
      for (int i = 0; i < 50; i++) {
        gateway.post(PATH, CHAT.replace("hello", "hello " + i));
      }
      assertThat(gateway.gateway().core().caching().cache().size()).isEqualTo(50);
      reload(gateway, plan.settings().withCacheBytes(16 << 10));
      assertThat(gateway.gateway().core().caching().cache().heldBytes()).isBetween(1L, 16L << 10);
      assertThat(cache(gateway.post(PATH, CHAT.replace("hello", "hello 49")))).isEqualTo("hit");
    }
  }

  @Test
  void manyClientsAtOnceGetTheAnswerToTheirOwnQuestion() throws Exception {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rules.add(Rule.when(When.contains("question-" + i)).say("answer-" + i));
    }
    try (RunningGateway gateway = plan(rules.toArray(Rule[]::new)).route("default", "a").start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String body = (i % 2 == 0 ? CHAT : STREAM).replace("hello", "question-" + i % 10);
        answers.add(threads.submit(() -> gateway.post(PATH, body)));
      }
      int hits = 0;
      for (int i = 0; i < answers.size(); i++) {
        HttpResponse<String> answer = answers.get(i).get();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("answer-" + i % 10);
        hits += cache(answer).equals("hit") ? 1 : 0;
      }
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(200 - hits);
      assertThat(gateway.kept()).hasSize(200);
    }
  }
}
