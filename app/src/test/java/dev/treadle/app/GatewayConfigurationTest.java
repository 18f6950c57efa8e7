package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.app.workspace.Configuration;
import dev.treadle.app.workspace.ConfigurationKey;
import dev.treadle.app.workspace.Variables;
import dev.treadle.gateway.Api;
import dev.treadle.gateway.GatewaySettings;
import dev.treadle.gateway.Price;
import dev.treadle.gateway.RouteSettings;
import dev.treadle.gateway.Secret;
import dev.treadle.gateway.UpstreamSettings;
import dev.treadle.routing.Policy;
import dev.treadle.routing.Target;
import dev.treadle.store.Durability;
import dev.treadle.transcript.TreadleException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code treadle.yaml} says of the gateway. */
class GatewayConfigurationTest {
  private static GatewaySettings read(String yaml) {
    return Configuration.parse(yaml, "treadle.yaml").gateway();
  }

  static Stream<ConfigurationKey> keys() {
    return ConfigurationKey.ALL.stream()
        .filter(it -> it.path().matches("(serve|upstreams|routes)\\..*"));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void everyKeyHasAnExampleThatSaysSomethingElseThanNothing(ConfigurationKey key) {
    GatewaySettings settings = read(key.example());
    assertThat(settings.routes()).isNotEmpty();
    String last = key.path().substring(key.path().lastIndexOf('.') + 1);
    assertThat(key.example()).contains(last);
  }

  @Test
  void withoutAWordItGoesWhereClientsWentBefore() {
    GatewaySettings settings = read("");
    assertThat(settings.listener().host()).isEqualTo("127.0.0.1");
    assertThat(settings.listener().port()).isEqualTo(GatewaySettings.PORT);
    assertThat(settings.upstreams())
        .extracting(UpstreamSettings::name)
        .containsExactly("anthropic", "openai");
    assertThat(settings.upstreams())
        .allMatch(it -> it.credentials() instanceof UpstreamSettings.Credentials.Clients);
    assertThat(settings.routes())
        .extracting(RouteSettings::name)
        .containsExactly("claude", "default");
    assertThat(settings.routes()).allMatch(it -> it.cache().isEmpty());
    assertThat(settings.cacheBytes()).isEqualTo(32 << 20);
  }

  @Test
  void aRouteMaySayThatItHasNoCache() {
    assertThat(read("routes: {a: {to: openai, cache: none}}").routes().getFirst().cache())
        .isEmpty();
    assertThat(read("routes: {a: {to: openai, cache:}}").routes().getFirst().cache()).isEmpty();
  }

  @Test
  void readsEverythingAtOnce() {
    GatewaySettings settings =
        read(
            """
            serve: {listen: "[::1]:9000", hosts: [a.example], origins: "https://b", max-request: 2MB, drain: 90s, log-requests: true, cache-memory: 8MB}
            upstreams:
              local:
                kind: openai
                url: http://127.0.0.1:11434
                key: ${LOCAL_KEY}
                headers: {x-team: "${TEAM}-1"}
                apis: [chat, embeddings]
                models: ["qwen3:8b"]
                stream-usage: false
                concurrency: 8
                first-content: 20s
                stall: 500ms
                max-answer: 512KB
                prices: {"*": {input: 0.15, output: 0.6}}
            routes:
              default: {to: {local/big: 3, local/small: 1}, fallback: [local], models: ["gpt-*"], capture: false,
                durability: before-answer, on-capture-failure: refuse, deadline: 2m, attempts: 5, cache: 3h}
            """);
    assertThat(settings.listener().host()).isEqualTo("::1");
    assertThat(settings.listener().port()).isEqualTo(9000);
    assertThat(settings.listener().maxRequestBytes()).isEqualTo(2 << 20);
    assertThat(settings.listener().drain()).isEqualTo(Duration.ofSeconds(90));
    assertThat(settings.listener().origins()).containsExactly("https://b");
    UpstreamSettings local = settings.upstreams().getFirst();
    assertThat(local.apis()).containsExactlyInAnyOrder(Api.CHAT, Api.EMBEDDINGS);
    assertThat(local.asksForUsage()).isFalse();
    assertThat(local.limits())
        .isEqualTo(
            new UpstreamSettings.Limits(
                8, Duration.ofSeconds(20), Duration.ofMillis(500), 512 << 10));
    assertThat(local.prices().values())
        .extracting(Price::cachedInput)
        .containsExactly(new BigDecimal("0.15"));
    RouteSettings route = settings.routes().getFirst();
    assertThat(route.policy())
        .isEqualTo(
            new Policy.Weighted(
                Map.of(Target.parse("local/big"), 3.0, Target.parse("local/small"), 1.0),
                List.of(Target.parse("local"))));
    assertThat(route.captures()).isFalse();
    assertThat(route.durability()).isEqualTo(Durability.BEFORE_ANSWER);
    assertThat(route.onCaptureFailure()).isEqualTo(RouteSettings.OnCaptureFailure.REFUSE);
    assertThat(route.deadline()).isEqualTo(Duration.ofMinutes(2));
    assertThat(route.attempts()).isEqualTo(5);
    assertThat(route.cache()).contains(Duration.ofHours(3));
    assertThat(settings.cacheBytes()).isEqualTo(8 << 20);
    assertThat(settings.toString()).doesNotContain("LOCAL_KEY");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "serve: {lisen: 'x:1'} | serve.lisen | serve.listen",
        "upstreams: {a: {ulr: 'http://x'}} | upstreams.a.ulr | url",
        "routes: {a: {fallbak: [x]}} | routes.a.fallbak | fallback",
        "upstreams: {a: {kind: opnai}} | upstreams.a.kind | openai",
        "upstreams: {a: {kind: scripted, apis: [chats]}} | upstreams.a.apis | chat",
        "routes: {openai: {durability: before-answers}} | routes.openai.durability | before-answer",
        "upstreams: {a: 'http://x'} | upstreams.a | http://x",
        "serve: {listen: '8484'} | serve.listen | 8484",
        "serve: {listen: 'h:99999'} | serve.listen | 99999",
        "serve: {max-request: 5TB} | serve.max-request | 5TB",
        "serve: {max-request: 999999999GB} | serve.max-request | 1GB",
        "serve: {drain: 30} | serve.drain | 30s",
        "upstreams: {openai: {concurrency: 0}} | upstreams.openai.concurrency | 0",
        "upstreams: {openai: {headers: {a: 3}}} | upstreams.openai.headers.a | text",
        "upstreams: {openai: {headers: x}} | upstreams.openai.headers | x",
        "upstreams: {openai: {prices: {m: {inputs: 3}}}} | upstreams.openai.prices.m | inputs",
        "upstreams: {openai: {prices: {m: {input: -3}}}} | upstreams.openai.prices.m.input | -3",
        "routes: {a: {to: nobody}} | routes.a | nobody",
        "routes: {a: {to: /m}} | routes.a.to | /m",
        "routes: {a: {to: ''}} | routes.a.to | upstream",
        "routes: {a: {to: openai, fallback: [openai/]}} | routes.a.fallback | openai/",
        "routes: {a: {to: {openai: 0}}} | routes.a.to.openai | 0",
        "routes: {a: {to: {openai: 1.0e308, anthropic: 1.0e308}}} | routes.a.to | weights",
        "routes: {a: {to: {}}} | routes.a.to | target",
        "routes: {a: {to: []}} | routes.a.to | target",
        "routes: {a: {to: openai, attempts: 0}} | routes.a.attempts | 0",
        "routes: {a: {to: openai, deadline: 0s}} | routes.a.deadline | 0s",
        "routes: {a: {to: openai, cache: 0s}} | routes.a.cache | 0s",
        "routes: {a: {to: openai, cache: true}} | routes.a.cache | true",
        "serve: {cache-memory: 2GB} | serve.cache-memory | 1GB",
        "routes: {a: {to: openai, capture: maybe}} | routes.a.capture | maybe",
      })
  void saysWhatIsWrongAndWhere(String yaml, String place, String word) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(TreadleException.class)
        .hasMessageStartingWith("treadle.yaml")
        .hasMessageContaining(place)
        .hasMessageContaining(word)
        .satisfies(it -> assertThat(String.valueOf(it.getMessage())).hasSizeLessThan(400));
  }

  @Test
  void putsVariablesWhereSecretsAre() {
    GatewaySettings settings =
        read("upstreams: {openai: {key: 'a-${KEY}-${OTHER}', headers: {x: '${KEY}$1'}}}");

    UpstreamSettings upstream =
        Variables.resolve(settings, Map.of("KEY", "k$0", "OTHER", "o")).upstreams().getFirst();

    assertThat(upstream.credentials())
        .isEqualTo(new UpstreamSettings.Credentials.Own(new Secret("a-k$0-o")));
    assertThat(upstream.headers()).containsEntry("x", new Secret("k$0$1"));
    assertThat(upstream.toString()).doesNotContain("k$0");
    for (Map<String, String> without :
        List.of(Map.of("KEY", "k"), Map.of("KEY", "k", "OTHER", " "))) {
      assertThatThrownBy(() -> Variables.resolve(settings, without))
          .isInstanceOf(TreadleException.class)
          .hasMessageContaining("upstreams.openai.key needs the environment variable OTHER");
    }
  }
}
