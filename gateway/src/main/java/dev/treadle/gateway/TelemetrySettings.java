package dev.treadle.gateway;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where spans of calls are sent, by OpenTelemetry's protocol over HTTP.
 *
 * @param otlp the collector's base address, or the one that spans are posted to
 * @param headers of every request to it
 * @param sample share of the calls that are traced where the client does not decide, from 0 to 1
 * @param serviceName by which they are found
 */
public record TelemetrySettings(
    URI otlp, Map<String, Secret> headers, double sample, String serviceName) {
  public static final double SAMPLE = 1;
  public static final String SERVICE_NAME = "treadle";
  private static final String POSTED_TO = "/v1/traces";
  private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}");
  private static final Pattern FIELD_VALUE = Pattern.compile("[\\x20-\\x7e]{1,8000}");

  /** The HTTP client's own. */
  private static final Set<String> TAKEN =
      Set.of("connection", "content-length", "content-type", "expect", "host", "upgrade");

  public TelemetrySettings {
    headers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    String scheme = otlp.getScheme() == null ? "" : otlp.getScheme().toLowerCase(Locale.ROOT);
    boolean isWeb = scheme.equals("http") || scheme.equals("https");
    boolean isPlain =
        otlp.getRawUserInfo() == null
            && otlp.getRawQuery() == null
            && otlp.getRawFragment() == null;
    if (!isWeb || otlp.getHost() == null || otlp.getPort() > 65_535 || !isPlain) {
      throw GatewayError.SETTINGS_INVALID.because(
          "telemetry.otlp: expected the address of an OTLP/HTTP collector, as"
              + " http://localhost:4318, found "
              + (otlp.getRawUserInfo() == null
                  ? otlp
                  : "one with a password in it: telemetry.headers is the place for it"));
    }
    if (!(sample >= 0 && sample <= 1)) {
      throw GatewayError.SETTINGS_INVALID.because(
          "telemetry.sample: expected a share from 0 to 1, found " + sample);
    }
    if (serviceName.isBlank() || serviceName.length() > 200) {
      throw GatewayError.SETTINGS_INVALID.because(
          "telemetry.service-name: expected a name of 1 to 200 characters");
    }
    headers.forEach(TelemetrySettings::check);
  }

  private static void check(String name, Secret value) {
    if (!FIELD_NAME.matcher(name).matches() || TAKEN.contains(name.toLowerCase(Locale.ROOT))) {
      throw GatewayError.SETTINGS_INVALID.because(
          "telemetry.headers: '" + name + "' cannot be set as a header field");
    }
    if (!FIELD_VALUE.matcher(value.value()).matches()) {
      throw GatewayError.SETTINGS_INVALID.because(
          "telemetry.headers." + name + ": expected printable ASCII characters in one line");
    }
  }

  /** The same with other header fields. */
  public TelemetrySettings withHeaders(Map<String, Secret> others) {
    return new TelemetrySettings(otlp, others, sample, serviceName);
  }

  /** What spans are posted to. */
  URI address() {
    String base = otlp.toString().replaceFirst("/+$", "");
    return base.endsWith(POSTED_TO) ? URI.create(base) : URI.create(base + POSTED_TO);
  }
}
