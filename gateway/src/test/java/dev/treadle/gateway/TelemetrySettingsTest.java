package dev.treadle.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.TreadleException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Collectors that cannot be told anything are refused before the start. */
class TelemetrySettingsTest {
  private static TelemetrySettings to(URI address) {
    return new TelemetrySettings(address, Map.of(), 1, "treadle");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:4318",
        "ftp://localhost",
        "http:///v1/traces",
        "/v1/traces",
        "http://me:secret@localhost",
        "http://localhost:4318?x=1",
        "http://localhost:123456"
      })
  void aWrongAddressIsRefused(String address) {
    assertThatThrownBy(() -> to(URI.create(address)))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining("telemetry.otlp")
        .hasMessageNotContaining("secret");
  }

  @Test
  void wrongHeadersAndSharesAreRefused() {
    URI address = URI.create("http://localhost:4318");
    for (Map.Entry<String, String> it :
        List.of(Map.entry("a b", "c"), Map.entry("Host", "c"), Map.entry("a", "c\nd"))) {
      assertThatThrownBy(
              () ->
                  new TelemetrySettings(
                      address, Map.of(it.getKey(), new Secret(it.getValue())), 1, "treadle"))
          .isInstanceOf(TreadleException.class)
          .hasMessageContaining("telemetry.headers");
    }
    assertThatThrownBy(() -> new TelemetrySettings(address, Map.of(), Double.NaN, "treadle"))
        .hasMessageContaining("telemetry.sample");
    assertThatThrownBy(() -> new TelemetrySettings(address, Map.of(), 1.01, "treadle"))
        .hasMessageContaining("telemetry.sample");
    assertThat(to(URI.create("https://c/v1/traces")).address())
        .isEqualTo(URI.create("https://c/v1/traces"));
  }
}
