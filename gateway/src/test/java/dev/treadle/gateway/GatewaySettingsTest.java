package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.gateway.collect.CollectSettings;
import dev.treadle.gateway.evaluate.EvaluateSettings;
import dev.treadle.gateway.limits.LimitSettings;
import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewaySettingsTest {
  @TempDir private Path folder;

  /** Settings with nothing left as it is by itself. */
  private GatewaySettings full() {
    GatewaySettings usual =
        RunningGateway.in(folder)
            .upstream("up", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("hi")))
            .route("default", "up")
            .settings();
    return new GatewaySettings(
        new GatewaySettings.Listener(
            "::1", 1, Set.of("a"), Set.of("https://b"), 2, Duration.ofSeconds(3), true),
        usual.upstreams(),
        usual.routes(),
        new CollectSettings(
            true,
            CollectSettings.Mode.PRODUCTION,
            0.5,
            Optional.of(URI.create("https://c")),
            CollectSettings.Training.DEFAULT),
        Optional.of(new Secret("s")),
        EvaluateSettings.DEFAULT.within(Duration.ofSeconds(4)),
        List.of(
            new LimitSettings(
                "l",
                Set.of("k"),
                Set.of(),
                LimitSettings.Each.KEY,
                new LimitSettings.Rates(OptionalLong.of(5), OptionalLong.empty()),
                LimitSettings.Budget.NONE,
                6)),
        5,
        Optional.of(new TelemetrySettings(URI.create("http://d:4318"), Map.of(), 0.25, "e")));
  }

  @Test
  void aChangeKeepsEverythingElse() {
    GatewaySettings full = full();

    assertThat(
            List.of(
                full.withListener(full.listener()),
                full.withUpstreams(full.upstreams()),
                full.withRoutes(full.routes()),
                full.withCollect(full.collect()),
                full.withCollect(full.collect(), full.storageKey()),
                full.withEvaluate(full.evaluate()),
                full.withCacheBytes(5),
                full.withLimits(full.limits()),
                full.withTelemetry(full.telemetry())))
        .allMatch(full::equals);
    assertThat(full.listener().on("::1", 1)).isEqualTo(full.listener());
    assertThat(full.listener().on("c", 9).origins()).containsExactly("https://b");
  }

  @Test
  void comparesNothingUnlessToldTo() {
    GatewaySettings full = full();
    GatewaySettings plain = GatewaySettings.of(full.listener(), full.upstreams(), full.routes());

    assertThat(plain.collect().isEnabled()).isFalse();
    assertThat(plain.storageKey()).isEmpty();
    assertThat(plain.evaluate().judge()).isEmpty();
    assertThat(plain).isNotEqualTo(full);
  }
}
