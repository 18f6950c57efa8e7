package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.limits.LimitSettings;
import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.RawClient;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.transcript.Exchange;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spans on their way: whose child they are, who is told of them, and what a bad collector does. */
class TelemetryTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String CHAT =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String ABOVE = "b7ad6b7169203331";
  private static final String SAMPLED = "00-" + TRACE + "-" + ABOVE + "-01";
  private static final String UNSAMPLED = "00-" + TRACE + "-" + ABOVE + "-00";

  @TempDir Path folder;

  private RunningGateway.Plan plan(Optional<TelemetrySettings> telemetry) {
    return RunningGateway.in(folder)
        .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("hi there")))
        .route("default", "a")
        .but(it -> it.withTelemetry(telemetry));
  }

  private static TelemetrySettings to(String address) {
    return new TelemetrySettings(URI.create(address), Map.of(), 1, "treadle");
  }

  private RunningGateway start(Collector collector) {
    return plan(Optional.of(collector.settings())).start();
  }

  private static void drain(RunningGateway gateway) {
    assertThat(gateway.gateway().drain(Duration.ofSeconds(10))).isTrue();
  }

  private static String toldToUpstream(RunningGateway gateway, String name) {
    return gateway.upstream(0).received().getLast().header(name).orElse("");
  }

  @Test
  void aCallIsOneSpanOfItsOwnTimes() {
    Instant before = Instant.now();
    try (Collector collector = new Collector();
        RunningGateway gateway = start(collector)) {
      HttpResponse<String> answer = gateway.post(PATH, CHAT);
      Exchange exchange = gateway.kept().getFirst();

      Span span = collector.only();
      assertThat(collector.paths()).containsExactly("POST /v1/traces");
      assertThat(collector.services()).containsExactly("treadle");
      assertThat(collector.headers().getFirst())
          .containsEntry("content-type", "application/x-protobuf");
      assertThat(Collector.attributes(span))
          .containsEntry("treadle.exchange", exchange.id())
          .containsEntry(
              "treadle.exchange", answer.headers().firstValue("x-treadle-exchange").get())
          .containsEntry("gen_ai.conversation.id", exchange.conversation().orElseThrow().id())
          .containsEntry(
              "gen_ai.usage.input_tokens", Long.toString(exchange.usage().orElseThrow().input()));
      assertThat(nanos(exchange.time())).isEqualTo(span.getStartTimeUnixNano());
      assertThat(span.getEndTimeUnixNano() - span.getStartTimeUnixNano())
          .isEqualTo(exchange.timings().total().toNanos());
      assertThat(exchange.time()).isAfterOrEqualTo(before);
      assertThat(span.getParentSpanId().isEmpty()).isTrue();
    }
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000 + time.getNano();
  }

  @Test
  void theClientsSpanIsAboveAndTheUpstreamIsToldOurs() {
    try (Collector collector = new Collector();
        RunningGateway gateway = start(collector)) {
      gateway.post(PATH, CHAT, "traceparent", SAMPLED, "tracestate", "vendor=1");
      drain(gateway);

      Span span = collector.only();
      assertThat(Collector.hex(span.getTraceId())).isEqualTo(TRACE);
      assertThat(Collector.hex(span.getParentSpanId())).isEqualTo(ABOVE);
      assertThat(span.getTraceState()).isEqualTo("vendor=1");
      assertThat(toldToUpstream(gateway, "traceparent"))
          .isEqualTo("00-" + TRACE + "-" + Collector.hex(span.getSpanId()) + "-01");
      assertThat(toldToUpstream(gateway, "tracestate")).isEqualTo("vendor=1");
    }
  }

  @Test
  void anUnsampledCallIsNotToldButPassedOnAsSuch() {
    try (Collector collector = new Collector();
        RunningGateway gateway = start(collector)) {
      gateway.post(PATH, CHAT, "traceparent", UNSAMPLED);
      drain(gateway);

      assertThat(collector.paths()).isEmpty();
      assertThat(toldToUpstream(gateway, "traceparent"))
          .startsWith("00-" + TRACE + "-")
          .endsWith("-00")
          .doesNotContain(ABOVE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331"
      })
  void aMalformedPlaceInATraceIsIgnored(String traceparent) {
    try (Collector collector = new Collector();
        RunningGateway gateway = start(collector)) {
      assertThat(
              gateway
                  .post(PATH, CHAT, "traceparent", traceparent, "tracestate", "vendor=1")
                  .statusCode())
          .isEqualTo(200);
      drain(gateway);

      Span span = collector.only();
      assertThat(Collector.hex(span.getTraceId())).isNotEqualTo(TRACE);
      assertThat(span.getParentSpanId().isEmpty()).isTrue();
      assertThat(toldToUpstream(gateway, "traceparent")).contains(Collector.hex(span.getTraceId()));
      assertThat(toldToUpstream(gateway, "tracestate")).isEmpty();
    }
  }

  @Test
  void aShareOfNothingTellsOnlyWhatClientsAskForBeItKeptOrNot() {
    try (Collector collector = new Collector();
        RunningGateway gateway =
            plan(Optional.of(new TelemetrySettings(collector.url(), Map.of(), 0, "treadle")))
                .start()) {
      gateway.post(PATH, CHAT);
      gateway.post(PATH, CHAT, "traceparent", SAMPLED, "x-treadle-no-store", "true");
      assertThat(gateway.kept()).hasSize(1);

      assertThat(Collector.hex(collector.only().getTraceId())).isEqualTo(TRACE);
    }
  }

  @Test
  void offNothingIsToldAndTheClientsHeadersPass() {
    try (Collector collector = new Collector();
        RunningGateway gateway = plan(Optional.empty()).start()) {
      gateway.post(PATH, CHAT, "traceparent", SAMPLED, "tracestate", "vendor=1");

      assertThat(gateway.get("/metrics").body()).contains("treadle_spans_exported 0");
      drain(gateway);
      assertThat(collector.paths()).isEmpty();
      assertThat(toldToUpstream(gateway, "traceparent")).isEqualTo(SAMPLED);
      assertThat(toldToUpstream(gateway, "tracestate")).isEqualTo("vendor=1");
    }
  }

  @Test
  void theCollectorIsShownItsHeadersAndTheServicesName() {
    try (Collector collector = new Collector();
        RunningGateway gateway =
            plan(Optional.of(
                    new TelemetrySettings(
                        collector.url().resolve("/api/otel/"),
                        Map.of("authorization", new Secret("Basic abc")),
                        1,
                        "gateway-eu")))
                .start()) {
      gateway.post(PATH, CHAT);
      drain(gateway);

      assertThat(collector.paths()).containsExactly("POST /api/otel/v1/traces");
      assertThat(collector.headers().getFirst()).containsEntry("authorization", "Basic abc");
      assertThat(collector.services()).containsExactly("gateway-eu");
      assertThat(gateway.events()).noneMatch(it -> it.contains("abc"));
    }
  }

  @Test
  void whatALimitRefusesIsToldAsThat() {
    LimitSettings one =
        new LimitSettings(
            "one",
            Set.of(),
            Set.of(),
            LimitSettings.Each.ALL,
            new LimitSettings.Rates(OptionalLong.of(1), OptionalLong.empty()),
            LimitSettings.Budget.NONE,
            100);
    try (Collector collector = new Collector();
        RunningGateway gateway =
            plan(Optional.empty())
                .but(
                    it ->
                        it.withTelemetry(Optional.of(collector.settings()))
                            .withLimits(List.of(one)))
                .start()) {
      gateway.post(PATH, CHAT);
      assertThat(gateway.post(PATH, CHAT).statusCode()).isEqualTo(429);
      drain(gateway);

      assertThat(collector.spans())
          .extracting(Collector::attributes)
          .filteredOn(it -> it.containsKey("error.type"))
          .singleElement()
          .satisfies(
              it ->
                  assertThat(it)
                      .containsEntry("error.type", "rate_limited")
                      .containsEntry("http.response.status_code", "429")
                      .containsEntry("gen_ai.provider.name", "openai")
                      .doesNotContainKey("treadle.target"));
    }
  }

  @Test
  void aCachedAnswerSpendsNothing() {
    try (Collector collector = new Collector();
        RunningGateway gateway =
            RunningGateway.in(folder)
                .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("hi")))
                .cache(Duration.ofHours(1))
                .route("default", "a")
                .but(it -> it.withTelemetry(Optional.of(collector.settings())))
                .start()) {
      gateway.post(PATH, CHAT);
      gateway.post(PATH, CHAT);
      drain(gateway);

      assertThat(collector.spans())
          .hasSize(2)
          .extracting(Collector::attributes)
          .filteredOn(it -> "cache".equals(it.get("treadle.decision.source")))
          .singleElement()
          .satisfies(
              it ->
                  assertThat(it)
                      .containsEntry("gen_ai.provider.name", "openai")
                      .containsEntry("gen_ai.response.model", "m")
                      .doesNotContainKeys("gen_ai.usage.input_tokens", "error.type"));
    }
  }

  @Test
  void otherSettingsHoldFromTheNextCallOn() {
    try (Collector first = new Collector();
        Collector second = new Collector()) {
      RunningGateway.Plan plan = plan(Optional.of(first.settings()));
      try (RunningGateway gateway = plan.start()) {
        ApiKeys none = ApiKeys.read(gateway.lake().state());
        gateway.post(PATH, CHAT.replace("\"m\"", "\"one\""));
        GatewaySettings settings = plan.settings();
        gateway.gateway().reload(settings.withTelemetry(Optional.of(second.settings())), none);
        gateway.post(PATH, CHAT.replace("\"m\"", "\"two\""));
        gateway.gateway().reload(settings.withTelemetry(Optional.empty()), none);
        gateway.post(PATH, CHAT.replace("\"m\"", "\"three\""));
        gateway.gateway().reload(settings.withTelemetry(Optional.of(first.settings())), none);
        gateway.post(PATH, CHAT.replace("\"m\"", "\"four\""));
        drain(gateway);
      }
      assertThat(second.spans()).extracting(Span::getName).containsExactly("chat two");
      assertThat(first.spans())
          .extracting(Span::getName)
          .containsExactlyInAnyOrder("chat one", "chat four");
    }
  }

  @Test
  void aStreamIsToldWhereItBegan() throws IOException {
    try (Collector first = new Collector();
        Collector second = new Collector()) {
      RunningGateway.Plan plan =
          RunningGateway.in(folder)
              .upstream(
                  "a",
                  UpstreamSettings.Kind.OPENAI,
                  Script.of(Rule.always().fail(Fault.STALL_AFTER_FIRST_TOKEN)))
              .route("default", "a")
              .but(it -> it.withTelemetry(Optional.of(first.settings())));
      try (RunningGateway gateway = plan.start();
          RawClient client = new RawClient(gateway.url("/"))) {
        client.send(PATH, CHAT.replace("\"model\"", "\"stream\":true,\"model\""));
        assertThat(gateway.upstream(0).awaitReceived(1, Duration.ofSeconds(10))).isTrue();
        gateway
            .gateway()
            .reload(
                plan.settings().withTelemetry(Optional.of(second.settings())),
                ApiKeys.read(gateway.lake().state()));
        assertThat(new String(client.read(Integer.MAX_VALUE).body(), StandardCharsets.UTF_8))
            .contains("error");
        drain(gateway);
      }
      assertThat(second.paths()).isEmpty();
      assertThat(Collector.attributes(first.only())).containsEntry("error.type", "stalled");
    }
  }

  @Test
  void everyCallOfManyAtOnceIsToldOnce() throws InterruptedException {
    try (Collector collector = new Collector();
        RunningGateway gateway = start(collector)) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (int call = 0; call < 50; call++) {
                        gateway.post(PATH, CHAT);
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      List<String> kept = gateway.kept().stream().map(Exchange::id).toList();

      assertThat(collector.spans())
          .extracting(it -> Collector.attributes(it).get("treadle.exchange"))
          .hasSize(200)
          .containsExactlyInAnyOrderElementsOf(kept);
    }
  }

  @Test
  void aCollectorThatRefusesCostsOneWarningAndNoCall() {
    try (Collector collector = new Collector();
        RunningGateway gateway = start(collector)) {
      collector.answer(500);
      for (int i = 0; i < 5; i++) {
        assertThat(gateway.post(PATH, CHAT).statusCode()).isEqualTo(200);
      }
      drain(gateway);

      assertThat(gateway.events())
          .filteredOn(it -> it.contains("spans_lost"))
          .hasSize(1)
          .first()
          .asString()
          .contains("the collector answered 500");
      assertThat(gateway.gateway().core().metrics().scrape())
          .contains("treadle_spans_failed 5.0")
          .contains("treadle_spans_exported 0.0");
    }
  }

  @Test
  @Tag("slow")
  void aCollectorThatIsAwayHoldsNobodyUp() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    try (RunningGateway gateway = plan(Optional.of(to("http://127.0.0.1:" + free))).start()) {
      for (int i = 0; i < 5; i++) {
        assertThat(gateway.post(PATH, CHAT).statusCode()).isEqualTo(200);
      }
      assertThat(gateway.kept()).hasSize(5);
      assertThat(gateway.events())
          .filteredOn(it -> it.contains("spans_unsent") || it.contains("spans_lost"))
          .isNotEmpty();
    }
  }
}
