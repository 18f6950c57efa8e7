package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.app.workspace.Configuration;
import dev.treadle.app.workspace.Variables;
import dev.treadle.gateway.GatewaySettings;
import dev.treadle.gateway.Secret;
import dev.treadle.gateway.TelemetrySettings;
import dev.treadle.transcript.TreadleException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code treadle.yaml} says of spans. */
class TelemetryConfigurationTest {
  private static GatewaySettings read(String telemetry) {
    return Configuration.parse("telemetry: " + telemetry, "treadle.yaml").gateway();
  }

  @Test
  void readsEveryKey() {
    assertThat(read("{}").telemetry()).isEmpty();
    assertThat(read("{sample: 0.5}").telemetry()).isEmpty();
    assertThat(read("{otlp: 'http://c:4318'}").telemetry())
        .contains(new TelemetrySettings(URI.create("http://c:4318"), Map.of(), 1, "treadle"));
    assertThat(
            read("{otlp: 'https://c/x', headers: {a: b}, sample: 0, service-name: s}").telemetry())
        .contains(
            new TelemetrySettings(URI.create("https://c/x"), Map.of("a", new Secret("b")), 0, "s"));
  }

  @Test
  void theHeadersSecretsComeFromTheEnvironment() {
    GatewaySettings written =
        read("{otlp: 'http://c:4318', headers: {authorization: 'Basic ${COLLECTOR_KEY}'}}");
    GatewaySettings resolved = Variables.resolve(written, Map.of("COLLECTOR_KEY", "k1"));

    assertThat(resolved.telemetry().orElseThrow().headers())
        .containsEntry("authorization", new Secret("Basic k1"));
    assertThat(resolved.toString()).doesNotContain("k1");
    assertThatThrownBy(() -> Variables.resolve(written, Map.of()))
        .hasMessageContaining(
            "telemetry.headers.authorization needs the environment variable COLLECTOR_KEY");
    assertThatThrownBy(() -> Variables.resolve(written, Map.of("COLLECTOR_KEY", "k\n1")))
        .hasMessageContaining("telemetry.headers.authorization")
        .hasMessageNotContaining("k\n1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{otlp: 'localhost:4318'}           | telemetry.otlp",
        "{otlp: 'http://a b'}               | telemetry.otlp",
        "{otlp: 4318}                       | telemetry.otlp",
        "{otlp: 'http://c', sample: 2}      | telemetry.sample",
        "{sample: all}                      | telemetry.sample",
        "{headers: [a]}                     | telemetry.headers",
        "{headers: {a: 1}}                  | telemetry.headers.a",
        "{otlp: 'http://c', headers: {host: d}} | telemetry.headers",
        "{service-name: 5}                  | telemetry.service-name",
        "{otpl: 'http://c'}                 | telemetry.otlp"
      })
  void refusesWhatIsWrongByItsPlace(String telemetry, String place) {
    assertThatThrownBy(() -> read(telemetry))
        .isInstanceOf(TreadleException.class)
        .hasMessageStartingWith("treadle.yaml")
        .hasMessageContaining(place);
  }
}
