package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.ScriptedUpstream;
import dev.treadle.routing.Policy;
import dev.treadle.routing.Target;
import dev.treadle.store.Durability;
import dev.treadle.store.Lake;
import dev.treadle.store.LakeLimits;
import dev.treadle.store.Lakes;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.ExchangeCodec;
import dev.treadle.transcript.Json;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
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

/** What is kept of a call, when, and what happens where it cannot be. */
class CaptureTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String CHAT =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
  private static final String STREAM = CHAT.replace("\"model\"", "\"stream\":true,\"model\"");
  private static final Script HI = Script.of(Rule.always().say("hi there"));

  @TempDir Path folder;

  private RunningGateway.Plan plan() {
    return RunningGateway.in(folder).upstream("a", UpstreamSettings.Kind.OPENAI, HI);
  }

  private RunningGateway.Plan plan(FullDisk disk) {
    return plan()
        .lake(Lake.create(folder.resolve("full"), Lakes.settings(disk, 1, LakeLimits.DEFAULT)));
  }

  private static List<Exchange> revisions(RunningGateway gateway) {
    List<Exchange> all = new ArrayList<>();
    try (Lines lines = gateway.lake().read(Stream.EXCHANGES)) {
      lines.forEachRemaining(it -> all.add(ExchangeCodec.decode(it.json())));
    }
    return all;
  }

  private static RouteSettings route(String name, boolean captures) {
    return new RouteSettings(
        name,
        List.of(),
        new Policy.Chain(List.of(Target.parse("a"))),
        captures,
        Durability.GROUP_COMMIT,
        RouteSettings.OnCaptureFailure.ANSWER,
        RouteSettings.DEADLINE,
        1);
  }

  @Test
  void keepsNothingWhereTheClientOrTheRouteSaysSo() {
    try (RunningGateway gateway =
        plan().route(route("default", true)).route(route("silent", false)).start()) {
      for (String yes : List.of("1", "true", "YES")) {
        gateway.post(PATH, CHAT, "x-treadle-no-store", yes);
        gateway.post(PATH, STREAM, "x-treadle-no-store", yes);
      }
      gateway.post(PATH, CHAT, "x-treadle-route", "silent");
      gateway.post(PATH, STREAM, "x-treadle-route", "silent");
      HttpResponse<String> kept = gateway.post(PATH, CHAT, "x-treadle-no-store", "0");

      assertThat(gateway.kept())
          .extracting(Exchange::id)
          .containsExactly(kept.headers().firstValue("x-treadle-exchange").orElseThrow());
    }
  }

  @Test
  void whatIsToBeSafeFirstIsThereWhenTheClientHasItsAnswer() {
    try (RunningGateway gateway =
        plan().durability(Durability.BEFORE_ANSWER).route("default", "a").start()) {
      gateway.post(PATH, CHAT);
      assertThat(revisions(gateway))
          .extracting(Exchange::state)
          .containsExactly(Exchange.State.ANSWERED);

      gateway.post(PATH, STREAM);
      List<Exchange> all = revisions(gateway);
      assertThat(all)
          .extracting(Exchange::state)
          .containsExactly(Exchange.State.ANSWERED, Exchange.State.OPEN, Exchange.State.ANSWERED);
      assertThat(all.get(1).id()).isEqualTo(all.get(2).id());
      assertThat(all.get(1).request()).isPresent();
      assertThat(all.get(1).answer()).isEmpty();
      assertThat(gateway.kept()).hasSize(2);
    }
  }

  @Test
  void aFailureIsSafeFirstToo() {
    try (RunningGateway gateway =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().status(400)))
            .durability(Durability.BEFORE_ANSWER)
            .route("default", "a")
            .start()) {
      gateway.post(PATH, CHAT);
      assertThat(revisions(gateway))
          .extracting(Exchange::state)
          .containsExactly(Exchange.State.FAILED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CHAT, "stream"})
  void aFullDiskRefusesCallsThatMustBeKeptUntilThereIsRoom(String kind) {
    String body = kind.equals("stream") ? STREAM : CHAT;
    FullDisk disk = new FullDisk();
    try (RunningGateway gateway =
        plan(disk)
            .durability(Durability.BEFORE_ANSWER)
            .onCaptureFailure(RouteSettings.OnCaptureFailure.REFUSE)
            .route("default", "a")
            .start()) {
      assertThat(gateway.post(PATH, body).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/ready").statusCode()).isEqualTo(200);
      disk.full(true);
      HttpResponse<String> first = gateway.post(PATH, body);
      assertThat(first.statusCode()).isEqualTo(503);
      assertThat(first.body()).contains("cannot be kept");
      assertThat(gateway.get("/ready").statusCode()).isEqualTo(503);
      long asked = gateway.upstream(0).receivedCount();
      assertThat(gateway.post(PATH, body).statusCode()).isEqualTo(503);
      assertThat(gateway.upstream(0).receivedCount()).as("costs nothing").isEqualTo(asked);
      assertThat(gateway.post(PATH, body, "x-treadle-no-store", "1").statusCode()).isEqualTo(200);

      disk.full(false);
      assertThat(gateway.post(PATH, body).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/ready").statusCode()).isEqualTo(200);
      assertThat(gateway.gateway().core().capture().lost()).isEqualTo(2);
      assertThat(gateway.kept())
          .extracting(Exchange::state)
          .containsExactly(Exchange.State.ANSWERED, Exchange.State.ANSWERED);
      assertThat(gateway.upstream(0).awaitOpenConnections(0, Duration.ofSeconds(5))).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void aFullDiskKeepsNobodyFromAnAnswerWhereThatMattersMore(Durability durability) {
    FullDisk disk = new FullDisk();
    try (RunningGateway gateway = plan(disk).durability(durability).route("default", "a").start()) {
      disk.full(true);
      assertThat(gateway.post(PATH, CHAT).statusCode()).isEqualTo(200);
      assertThat(gateway.post(PATH, STREAM).body()).endsWith("data: [DONE]\n\n");
      assertThat(
              gateway
                  .post("/v1/feedback", "{\"conversation\":\"c\",\"thumbs\":\"up\"}")
                  .statusCode())
          .isEqualTo(503);
      Capture capture = gateway.gateway().core().capture();
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (capture.lost() < 2 && System.nanoTime() < end) {
        Thread.onSpinWait(); // The store waits for company before it meets the full disk.
      }
      disk.full(false);
      assertThat(gateway.post(PATH, CHAT).statusCode()).isEqualTo(200);
      assertThat(gateway.kept()).hasSize(1);
      assertThat(capture.lost()).isGreaterThanOrEqualTo(2);
      assertThat(gateway.events()).anyMatch(it -> it.contains("exchange_lost"));
    }
  }

  @Test
  void aStreamThatCannotBeKeptAtItsEndIsNotClosedAsWhole() throws Exception {
    FullDisk disk = new FullDisk();
    Script slow = Script.of(Rule.always().say("one two three four five six").fail(Fault.SLOW));
    RunningGateway.Plan plan = plan(disk).upstream("slow", UpstreamSettings.Kind.OPENAI, slow);
    try (RunningGateway gateway =
            plan.durability(Durability.BEFORE_ANSWER)
                .onCaptureFailure(RouteSettings.OnCaptureFailure.REFUSE)
                .route("default", "slow")
                .start();
        HttpClient client = HttpClient.newHttpClient();
        InputStream in =
            client
                .send(
                    HttpRequest.newBuilder(gateway.url(PATH))
                        .POST(HttpRequest.BodyPublishers.ofString(STREAM))
                        .build(),
                    HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
      assertThat(in.read()).isEqualTo('d');
      disk.full(true);
      String rest = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(rest).contains("six").contains("cannot be kept").doesNotContain("[DONE]");
    }
  }

  @Test
  void secretsAreKeptFromTheLakeAndFromNobodyElse() {
    String secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
    Script says = Script.of(Rule.always().say("your token is " + secret));
    try (RunningGateway gateway =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, says)
            .route("default", "a")
            .start()) {
      String body = CHAT.replace("hello", "my token is " + secret);
      HttpResponse<String> whole = gateway.post(PATH, body, "user-agent", "me/" + secret);
      HttpResponse<String> stream =
          gateway.post(PATH, body.replace("\"model\"", "\"stream\":true,\"model\""));

      assertThat(whole.body()).contains(secret);
      assertThat(stream.statusCode()).isEqualTo(200);
      assertThat(gateway.upstream(0).received().getFirst().text()).contains(secret);
      for (Exchange kept : gateway.kept()) {
        String line = new String(ExchangeCodec.encode(kept), StandardCharsets.UTF_8);
        assertThat(line).doesNotContain(secret).contains("your token is <SECRET:");
      }
    }
  }

  @Test
  void vectorsAreNotKept() {
    try (RunningGateway gateway = plan().route("default", "a").start()) {
      HttpResponse<String> answer =
          gateway.post("/v1/embeddings", "{\"model\":\"m\",\"input\":[\"a\",\"b\"]}");

      assertThat(Json.read(answer.body()).path("data")).hasSize(2);
      Exchange kept = gateway.kept().getFirst();
      assertThat(kept.answer().orElseThrow().body()).isEmpty();
      assertThat(kept.answer().orElseThrow().status()).isEqualTo(200);
      assertThat(kept.usage()).isPresent();
      assertThat(kept.request().orElseThrow().tree().path("input")).hasSize(2);
    }
  }

  @Test
  void costsFollowFromThePrices() {
    try (ScriptedUpstream upstream = ScriptedUpstream.start(HI)) {
      BigDecimal one = BigDecimal.valueOf(1_000_000);
      Price price = new Price(one, one, one, BigDecimal.valueOf(2_000_000));
      UpstreamSettings priced =
          new UpstreamSettings(
              "a",
              UpstreamSettings.Kind.OPENAI,
              Optional.of(upstream.baseUrl()),
              new UpstreamSettings.Credentials.None(),
              Map.of(),
              Set.of(Api.CHAT),
              true,
              UpstreamSettings.Limits.DEFAULT,
              Map.of("m", price),
              List.of(),
              Optional.empty());
      try (RunningGateway gateway =
          RunningGateway.in(folder).upstream(priced).route("default", "a").start()) {
        gateway.post(PATH, CHAT);
        gateway.post(PATH, STREAM);
        gateway.post(PATH, CHAT.replace("\"m\"", "\"unknown\""));
        String metrics = gateway.get("/metrics").body();
        List<Exchange> kept = gateway.kept();
        for (Exchange it : kept.subList(0, 2)) {
          Exchange.TokenUsage usage = it.usage().orElseThrow();
          assertThat(it.cost().orElseThrow().amount())
              .isEqualByComparingTo(BigDecimal.valueOf(usage.input() + 2 * usage.output()));
        }
        assertThat(kept.getLast().cost()).isEmpty();
        assertThat(metrics).contains("treadle_cost_usd_total{api=\"chat\"");
      }
    }
  }

  @Test
  void anAnswerAfterEmptyLinesIsKeptAsItIs() {
    try (RunningGateway gateway = plan().route("default", "a").start()) {
      byte[] body = "\r\n \n{\n  \"a\": 1\n}\n".getBytes(StandardCharsets.UTF_8);
      assertThat(KeptBody.ofAnswer(body).orElseThrow().tree()).isEqualTo(Json.read("{\"a\":1}"));
      assertThat(
              KeptBody.ofAnswer("  ".getBytes(StandardCharsets.UTF_8))
                  .orElseThrow()
                  .tree()
                  .has("text"))
          .isTrue();
      String pretty =
          "\ufeff{\n  \"model\": \"m\",\n\t\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]\n}\n";
      HttpResponse<String> answer = gateway.post(PATH, pretty);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      Exchange kept = gateway.kept().getFirst();
      assertThat(kept.request().orElseThrow().tree().path("model").asString()).isEqualTo("m");
      assertThat(kept.extra()).isEmpty();
    }
  }
}
