package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.gateway.scripted.Fault;
import dev.treadle.gateway.scripted.Pace;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import dev.treadle.routing.Policy;
import dev.treadle.routing.Target;
import dev.treadle.store.Durability;
import dev.treadle.transcript.Exchange;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
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

/** A gateway that goes on with other settings, and one that ends. */
class ReloadTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String CHAT =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
  private static final String STREAM = CHAT.replace("\"model\"", "\"stream\":true,\"model\"");

  @TempDir Path folder;

  private static UpstreamSettings scripted(String name, String script) {
    return new UpstreamSettings(
        name,
        UpstreamSettings.Kind.SCRIPTED,
        Optional.empty(),
        new UpstreamSettings.Credentials.None(),
        Map.of(),
        Set.of(Api.CHAT),
        true,
        UpstreamSettings.Limits.DEFAULT,
        Map.of(),
        List.of(),
        Optional.of(Json.read(script)));
  }

  private static String saying(String text) {
    return "{\"rules\":[{\"answer\":{\"text\":\"" + text + "\"}}]}";
  }

  private static RouteSettings to(String name, String... chain) {
    return new RouteSettings(
        name,
        List.of(),
        new Policy.Chain(List.of(chain).stream().map(Target::parse).toList()),
        true,
        Durability.GROUP_COMMIT,
        RouteSettings.OnCaptureFailure.ANSWER,
        RouteSettings.DEADLINE,
        2);
  }

  private static GatewaySettings with(
      GatewaySettings it, List<UpstreamSettings> upstreams, RouteSettings... routes) {
    return it.withUpstreams(upstreams).withRoutes(List.of(routes));
  }

  private static InputStream stream(RunningGateway gateway, HttpClient client) {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.url(PATH))
            .POST(HttpRequest.BodyPublishers.ofString(STREAM))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String rest(InputStream in) {
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "cut: " + e.getMessage();
    }
  }

  @Test
  void otherRoutesHoldFromTheNextCallOn() {
    RunningGateway.Plan plan =
        RunningGateway.in(folder)
            .upstream(scripted("a", saying("from a")))
            .upstream(scripted("b", saying("from b")))
            .route(to("default", "a"));
    try (RunningGateway gateway = plan.start()) {
      Backend before = gateway.gateway().routes().backend("a");
      assertThat(gateway.post(PATH, CHAT).body()).contains("from a");
      GatewaySettings settings = plan.settings();
      ApiKeys none = ApiKeys.read(gateway.lake().state());

      gateway
          .gateway()
          .reload(with(settings, settings.upstreams(), to("default", "b"), to("x", "a")), none);

      assertThat(gateway.post(PATH, CHAT).body()).contains("from b");
      assertThat(gateway.post(PATH, CHAT.replace("\"m\"", "\"x\"")).body()).contains("from a");
      assertThat(gateway.gateway().routes().backend("a"))
          .as("an unchanged upstream keeps its connections")
          .isSameAs(before);
      assertThat(gateway.events()).anyMatch(it -> it.contains("configuration_loaded"));
    }
  }

  @Test
  void aCallUnderWayEndsAsItBegan() throws Exception {
    String slow = "one two three four five six seven eight";
    RunningGateway.Plan plan =
        RunningGateway.in(folder)
            .upstream(
                scripted(
                    "a", "{\"rules\":[{\"answer\":{\"text\":\"" + slow + "\"}}],\"chunk_ms\":60}"))
            .route(to("default", "a"));
    try (RunningGateway gateway = plan.start();
        HttpClient client = HttpClient.newHttpClient();
        InputStream in = stream(gateway, client)) {
      assertThat(in.read()).isEqualTo('d');
      GatewaySettings settings = plan.settings();
      gateway
          .gateway()
          .reload(
              with(settings, List.of(scripted("a", saying("other"))), to("default", "a")),
              ApiKeys.read(gateway.lake().state()));
      assertThat(gateway.post(PATH, CHAT).body()).contains("other");
      assertThat(rest(in)).contains("ght").endsWith("data: [DONE]\n\n");
    }
  }

  @Test
  void brokenSettingsAreRefusedAndEverythingGoesOn() {
    RunningGateway.Plan plan =
        RunningGateway.in(folder)
            .upstream(scripted("a", saying("from a")))
            .route(to("default", "a"));
    try (RunningGateway gateway = plan.start()) {
      GatewaySettings settings = plan.settings();
      ApiKeys none = ApiKeys.read(gateway.lake().state());
      UpstreamSettings changed = scripted("a", saying("changed"));
      UpstreamSettings wrongUrl =
          new UpstreamSettings(
              "z",
              UpstreamSettings.Kind.OPENAI,
              Optional.of(URI.create("ftp://x")),
              new UpstreamSettings.Credentials.None(),
              Map.of(),
              Set.of(Api.CHAT),
              true,
              UpstreamSettings.Limits.DEFAULT,
              Map.of(),
              List.of(),
              Optional.empty());
      for (UpstreamSettings wrong : List.of(wrongUrl, scripted("z", "{\"rulez\":[]}"))) {
        GatewaySettings broken = with(settings, List.of(changed, wrong), to("default", "a", "z"));
        assertThatThrownBy(() -> gateway.gateway().reload(broken, none))
            .isInstanceOf(TreadleException.class);
        assertThat(gateway.post(PATH, CHAT).body()).contains("from a");
      }
      assertThatThrownBy(() -> with(settings, settings.upstreams(), to("default", "nobody")))
          .hasMessageContaining("there is no upstream 'nobody'");
    }
  }

  @Test
  void doesNotStartWithBrokenSettings() {
    RunningGateway.Plan plan =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, URI.create("ftp://x"))
            .route("default", "a");
    assertThatThrownBy(plan::start)
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("upstreams.a.url")
        .hasMessageContaining("ftp://x");
    plan.lake().close();
  }

  @Test
  void tellsThatItsAddressIsTaken(@TempDir Path other) {
    try (RunningGateway first =
        RunningGateway.in(folder)
            .upstream(scripted("a", saying("x")))
            .route(to("default", "a"))
            .start()) {
      RunningGateway.Plan second =
          RunningGateway.in(other)
              .upstream(scripted("a", saying("x")))
              .route(to("default", "a"))
              .but(
                  it ->
                      it.withListener(
                          it.listener().on("127.0.0.1", first.gateway().url().getPort())));
      assertThatThrownBy(second::start)
          .isInstanceOfSatisfying(
              TreadleException.class,
              it -> assertThat(it.code()).isEqualTo(GatewayError.CANNOT_LISTEN));
      second.lake().close();
    }
  }

  @Test
  void aStreamThatOutlastsTheDrainIsToldSoAndKept() throws Exception {
    UpstreamSettings.Limits patient =
        new UpstreamSettings.Limits(4, Duration.ofMinutes(1), Duration.ofMinutes(1), 1 << 20);
    Script stalls = Script.of(Rule.always().fail(Fault.STALL_AFTER_FIRST_TOKEN));
    try (RunningGateway gateway =
            RunningGateway.in(folder)
                .limits(patient)
                .upstream("a", UpstreamSettings.Kind.OPENAI, stalls)
                .route("default", "a")
                .start();
        HttpClient client = HttpClient.newHttpClient();
        InputStream in = stream(gateway, client)) {
      assertThat(in.read()).isEqualTo('d');

      assertThat(gateway.gateway().drain(Duration.ofMillis(20))).isFalse();

      assertThat(rest(in)).contains("\"error\"").doesNotContain("[DONE]").doesNotContain("cut:");
      Exchange kept = gateway.kept().getFirst();
      assertThat(kept.state()).isEqualTo(Exchange.State.ABORTED);
      assertThat(kept.abortReason()).contains("stopping");
      assertThat(gateway.gateway().core().watchdog().calls()).isZero();
      assertThat(gateway.upstream(0).awaitOpenConnections(0, Duration.ofSeconds(5))).isTrue();
    }
  }

  @Test
  void everyRecordOfManyCallsIsKeptWhenItEnds() {
    List<String> ids = new ArrayList<>();
    Script quick =
        Script.of(Rule.always().say("hi").pace(new Pace(Duration.ZERO, Duration.ZERO, 4)));
    try (RunningGateway gateway =
        RunningGateway.in(folder)
            .upstream("a", UpstreamSettings.Kind.OPENAI, quick)
            .route("default", "a")
            .start()) {
      for (int i = 0; i < 50; i++) {
        HttpResponse<String> answer = gateway.post(PATH, i % 2 == 0 ? CHAT : STREAM);
        ids.add(answer.headers().firstValue("x-treadle-exchange").orElseThrow());
      }
      assertThat(gateway.kept()).extracting(Exchange::id).containsExactlyInAnyOrderElementsOf(ids);
      assertThat(gateway.gateway().core().capture().kept()).isEqualTo(50);
    }
  }
}
