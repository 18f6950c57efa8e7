package dev.treadle.app.workspace;

import dev.treadle.gateway.GatewaySettings;
import dev.treadle.gateway.Secret;
import dev.treadle.gateway.TelemetrySettings;
import dev.treadle.gateway.UpstreamSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the values of environment variables in the place of their names, {@code ${NAME}}: where
 * secrets are used, not where the configuration is read, so that every other command works without
 * them.
 */
public final class Variables {
  private static final Pattern NAME = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}");

  private Variables() {}

  /**
   * The settings with their secrets in them.
   *
   * @throws dev.treadle.transcript.TreadleException that names a variable that is not set
   */
  public static GatewaySettings resolve(GatewaySettings settings, Map<String, String> environment) {
    return settings
        .withUpstreams(settings.upstreams().stream().map(it -> resolve(it, environment)).toList())
        .withCollect(
            settings.collect(),
            settings.storageKey().map(it -> value(it, environment, "data_collection.storage_key")))
        .withTelemetry(settings.telemetry().map(it -> resolve(it, environment)));
  }

  private static TelemetrySettings resolve(
      TelemetrySettings telemetry, Map<String, String> environment) {
    return telemetry.withHeaders(resolve(telemetry.headers(), environment, "telemetry.headers."));
  }

  private static Map<String, Secret> resolve(
      Map<String, Secret> written, Map<String, String> environment, String place) {
    Map<String, Secret> values = new LinkedHashMap<>();
    written.forEach((name, value) -> values.put(name, value(value, environment, place + name)));
    return values;
  }

  private static UpstreamSettings resolve(
      UpstreamSettings upstream, Map<String, String> environment) {
    String place = "upstreams." + upstream.name();
    UpstreamSettings.Credentials credentials =
        switch (upstream.credentials()) {
          case UpstreamSettings.Credentials.Own(Secret key) ->
              new UpstreamSettings.Credentials.Own(value(key, environment, place + ".key"));
          case UpstreamSettings.Credentials.Clients it -> it;
          case UpstreamSettings.Credentials.None it -> it;
        };
    return upstream.signedBy(
        credentials, resolve(upstream.headers(), environment, place + ".headers."));
  }

  private static Secret value(Secret written, Map<String, String> environment, String place) {
    Matcher matcher = NAME.matcher(written.value());
    StringBuilder value = new StringBuilder();
    while (matcher.find()) {
      String found = environment.get(matcher.group(1));
      if (found == null || found.isBlank()) {
        throw AppError.CONFIGURATION_INVALID.because(
            place
                + " needs the environment variable "
                + matcher.group(1)
                + ", which is not set: set it before treadle serve");
      }
      matcher.appendReplacement(value, Matcher.quoteReplacement(found));
    }
    return new Secret(matcher.appendTail(value).toString());
  }
}
