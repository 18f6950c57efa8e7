package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.gateway.limits.LimitSettings;
import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.gateway.scripted.ScriptedUpstream;
import dev.treadle.store.Lake;
import dev.treadle.store.LakeLimits;
import dev.treadle.store.Lakes;
import dev.treadle.transcript.TreadleException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls under limits, from the client to the upstream and back. */
class LimitTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String HELLO =
      "{\"model\":\"m\",\"max_tokens\":10,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

  /** Its two answer tokens cost two dollars, a prompt's nothing. */
  private static final Script HI = Script.of(Rule.always().say("hi there"));

  private static final Price PRICE =
      new Price(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.valueOf(1_000_000));

  @TempDir Path folder;

  private static LimitSettings limit(LimitSettings.Rates rates, String usdPerDay) {
    return new LimitSettings(
        "house",
        Set.of(),
        Set.of(),
        LimitSettings.Each.ALL,
        rates,
        new LimitSettings.Budget(
            usdPerDay.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(usdPerDay)),
            Optional.empty()),
        10);
  }

  private static LimitSettings budget(String usdPerDay) {
    return limit(LimitSettings.Rates.NONE, usdPerDay);
  }

  private RunningGateway.Plan plan(LimitSettings limit, Script script) {
    return plan(limit, script, UpstreamSettings.Kind.OPENAI);
  }

  private RunningGateway.Plan plan(LimitSettings limit, Script script, UpstreamSettings.Kind kind) {
    return RunningGateway.in(folder)
        .upstream("a", kind, script)
        .attempts(1)
        .route("default", "a")
        .but(it -> priced(it, PRICE).withLimits(List.of(limit)));
  }

  private static GatewaySettings priced(GatewaySettings settings, Price price) {
    List<UpstreamSettings> priced = new ArrayList<>();
    for (UpstreamSettings it : settings.upstreams()) {
      priced.add(
          new UpstreamSettings(
              it.name(),
              it.kind(),
              it.base(),
              it.credentials(),
              it.headers(),
              it.apis(),
              it.asksForUsage(),
              it.limits(),
              Map.of("*", price),
              it.models(),
              it.script()));
    }
    return settings.withUpstreams(priced);
  }

  private static double spent(RunningGateway gateway) {
    return gateway.gateway().core().limits().spent("house", false);
  }

  /** By the time that the client has the whole answer the gateway may still be settling. */
  private static double spentAtLast(RunningGateway gateway, double expected) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (spent(gateway) != expected && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    return spent(gateway);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCallCostsWhatItsAnswerCostsAndTheLastOnesAreRefused(boolean streams) {
    String body = streams ? HELLO.replace("\"model\"", "\"stream\":true,\"model\"") : HELLO;
    try (RunningGateway gateway = plan(budget("13"), HI).start()) {
      assertThat(gateway.post(CHAT, body).statusCode()).isEqualTo(200);
      assertThat(spentAtLast(gateway, 2)).isEqualTo(2);
      assertThat(gateway.post(CHAT, body).statusCode()).isEqualTo(200);
      assertThat(spentAtLast(gateway, 4)).isEqualTo(4);

      // The next may cost up to ten, and nine are left.
      HttpResponse<String> refused = gateway.post(CHAT, body);
      assertThat(refused.statusCode()).isEqualTo(402);
      assertThat(refused.headers().firstValue("x-should-retry")).hasValue("false");
      assertThat(refused.body()).contains("insufficient_quota", "of which $4 is spent");
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(2);
      assertThat(gateway.post(CHAT, body.replace("10", "9")).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/metrics").body())
          .contains("treadle_limit_refused{limit=\"house\"} 1")
          .contains("treadle_limit_day_usd{limit=\"house\"}");
      assertThat(gateway.kept()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAnswerThatIsGivenAgainTakesARequestAndNoMoney(boolean streams) {
    String body = streams ? HELLO.replace("\"model\"", "\"stream\":true,\"model\"") : HELLO;
    LimitSettings three =
        limit(new LimitSettings.Rates(OptionalLong.of(3), OptionalLong.empty()), "11");
    RunningGateway.Plan plan =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, HI)
            .cache(Duration.ofHours(1))
            .route("default", "a")
            .but(it -> priced(it, PRICE).withLimits(List.of(three)));
    try (RunningGateway gateway = plan.start()) {
      assertThat(gateway.post(CHAT, body).statusCode()).isEqualTo(200);
      assertThat(spentAtLast(gateway, 2)).isEqualTo(2);
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> again = gateway.post(CHAT, body);
        assertThat(again.statusCode()).as("asked, it could cost ten of nine").isEqualTo(200);
        assertThat(again.headers().firstValue("x-treadle-cache")).hasValue("hit");
      }
      HttpResponse<String> refused = gateway.post(CHAT, body);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("x-treadle-cache")).isEmpty();
      assertThat(spent(gateway)).isEqualTo(2);
      assertThat(gateway.kept()).hasSize(3);
    }
  }

  @Test
  void anthropicsClientsAreToldInTheirWords() {
    try (RunningGateway gateway = plan(budget("1"), HI, UpstreamSettings.Kind.ANTHROPIC).start()) {
      HttpResponse<String> refused = gateway.post("/v1/messages", HELLO);

      assertThat(refused.statusCode()).isEqualTo(402);
      assertThat(refused.body()).contains("\"type\":\"billing_error\"");
      assertThat(gateway.upstream(0).receivedCount()).isZero();
    }
  }

  @Test
  void whoComesTooEarlyIsToldWhenToComeAgain() {
    LimitSettings limit =
        limit(new LimitSettings.Rates(OptionalLong.of(2), OptionalLong.empty()), "");
    try (RunningGateway gateway = plan(limit, HI).start()) {
      assertThat(gateway.post(CHAT, HELLO).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/v1/files").statusCode()).isNotEqualTo(429);
      for (HttpResponse<String> late :
          List.of(gateway.post(CHAT, HELLO), gateway.get("/v1/files"))) {
        assertThat(late.statusCode()).isEqualTo(429);
        assertThat(late.headers().firstValue("x-should-retry")).isEmpty();
        assertThat(Integer.parseInt(late.headers().firstValue("retry-after").orElseThrow()))
            .isBetween(1, 30);
      }
      assertThat(gateway.gateway().core().limits().refused("house")).isEqualTo(2);
    }
  }

  @Test
  void whatWasRefusedUpstreamCostsNothing() {
    Script script = Script.of(Rule.always().status(500));
    try (RunningGateway gateway = plan(budget("10"), script).start()) {
      assertThat(gateway.post(CHAT, HELLO).statusCode()).isEqualTo(500);
      assertThat(gateway.post(CHAT, HELLO).statusCode()).isEqualTo(500);
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(2);
      assertThat(spentAtLast(gateway, 0)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatBrokeOffCostsWhatWasSetAside(boolean streams) {
    String body = streams ? HELLO.replace("\"model\"", "\"stream\":true,\"model\"") : HELLO;
    Script script =
        Script.of(Rule.always().say("one two three four five").fail(Fault.CUT_AFTER_FIRST_TOKEN));
    try (RunningGateway gateway = plan(budget("15"), script).start()) {
      HttpResponse<String> cut = gateway.post(CHAT, body);
      assertThat(cut.body()).contains("error");
      assertThat(spentAtLast(gateway, 10)).isEqualTo(10);
      assertThat(gateway.post(CHAT, body).statusCode()).isEqualTo(402);
    }
  }

  @Test
  void aThousandClientsAtOnceSpendNoMoreThanThereIs() throws Exception {
    try (RunningGateway gateway = plan(budget("50"), HI).start();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        calls.add(clients.submit(() -> gateway.post(CHAT, HELLO).statusCode()));
      }
      int answered = 0;
      for (Future<Integer> call : calls) {
        assertThat(call.get()).isIn(200, 402, 429);
        answered += call.get() == 200 ? 1 : 0;
      }
      assertThat(answered).isBetween(5, 25);
      assertThat(gateway.upstream(0).receivedCount()).isEqualTo(answered);
      assertThat(spentAtLast(gateway, 2.0 * answered)).isEqualTo(2.0 * answered);
    }
  }

  @Test
  void theNextProcessGoesOnWithWhatIsLeft(@TempDir Path other) {
    try (RunningGateway gateway = plan(budget("13"), HI).start()) {
      gateway.post(CHAT, HELLO);
      gateway.post(CHAT, HELLO);
      gateway.kept();
    }
    try (RunningGateway gateway =
        RunningGateway.in(other)
            .lake(Lake.open(folder.resolve("lake"), Lakes.settings(8)))
            .upstream("a", UpstreamSettings.Kind.OPENAI, HI)
            .route("default", "a")
            .but(it -> priced(it, PRICE).withLimits(List.of(budget("13"))))
            .start()) {
      assertThat(spent(gateway)).isEqualTo(4);
      assertThat(gateway.post(CHAT, HELLO).statusCode()).isEqualTo(402);
    }
  }

  @Test
  void nothingIsSpentThatCannotBeWrittenDown() {
    FullDisk disk = new FullDisk();
    RunningGateway.Plan plan =
        plan(budget("100"), HI)
            .lake(Lake.create(folder.resolve("full"), Lakes.settings(disk, 1, LakeLimits.DEFAULT)));
    try (RunningGateway gateway = plan.start()) {
      disk.full(true);
      HttpResponse<String> refused = gateway.post(CHAT, HELLO);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("budgets cannot be written down");
      assertThat(gateway.upstream(0).receivedCount()).isZero();

      disk.full(false);
      assertThat(gateway.post(CHAT, HELLO).statusCode()).isEqualTo(200);
      assertThat(spentAtLast(gateway, 2)).isEqualTo(2);
    }
  }

  /** What an image costs nobody can say beforehand, nor afterwards. */
  @Test
  void whatCannotBeCountedIsRefusedWhereMoneyIsCounted() {
    try (RunningGateway gateway = plan(budget("100"), HI).start()) {
      HttpResponse<String> image = gateway.post("/v1/images/generations", "{\"model\":\"m\"}");
      assertThat(image.statusCode()).isEqualTo(403);
      assertThat(image.body()).contains("what /v1/images/generations costs is not known");
      assertThat(gateway.upstream(0).receivedCount()).isZero();
    }
  }

  @Test
  void countingTokensCostsNothing() {
    try (RunningGateway gateway = plan(budget("1"), HI, UpstreamSettings.Kind.ANTHROPIC).start()) {
      assertThat(gateway.post("/v1/messages/count_tokens", HELLO).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void moneyIsCountedOnlyWherePricesAreKnown() {
    RunningGateway.Plan plan = plan(budget("1"), HI);
    plan.but(it -> it.withLimits(List.of(budget("1"))));
    try (ScriptedUpstream _ = plan.started(0);
        Lake _ = plan.lake()) {
      assertThatThrownBy(plan::settings)
          .isInstanceOf(TreadleException.class)
          .hasMessageContaining("there is no price for 'a'");
    }
  }

  @Test
  void aReloadChangesTheLimitAndKeepsWhatWasSpent() {
    RunningGateway.Plan plan = plan(budget("11"), HI);
    try (RunningGateway gateway = plan.start()) {
      gateway.post(CHAT, HELLO);
      assertThat(spentAtLast(gateway, 2)).isEqualTo(2);
      assertThat(gateway.post(CHAT, HELLO).statusCode()).isEqualTo(402);
      gateway
          .gateway()
          .reload(
              plan.settings().withLimits(List.of(budget("12"))),
              ApiKeys.read(gateway.lake().state()));
      assertThat(gateway.post(CHAT, HELLO).statusCode()).isEqualTo(200);
    }
  }
}
