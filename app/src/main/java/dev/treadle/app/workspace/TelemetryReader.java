package dev.treadle.app.workspace;

import dev.treadle.gateway.Secret;
import dev.treadle.gateway.TelemetrySettings;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads what {@code treadle.yaml} says under {@code telemetry}. */
final class TelemetryReader {
  private static final String ADDRESS = "telemetry.otlp";
  private static final String HEADERS = "telemetry.headers";
  private static final String SAMPLE = "telemetry.sample";
  private static final String SERVICE_NAME = "telemetry.service-name";

  private final Nodes root;

  TelemetryReader(Nodes root) {
    this.root = root;
  }

  /** Nothing where no collector is named; the other keys are held back until there is one. */
  Optional<TelemetrySettings> settings() {
    Map<String, Secret> headers = headers();
    double sample = sample();
    String name = root.text(SERVICE_NAME).orElse(TelemetrySettings.SERVICE_NAME);
    return root.text(ADDRESS).map(it -> new TelemetrySettings(address(it), headers, sample, name));
  }

  private URI address(String written) {
    try {
      return URI.create(written);
    } catch (IllegalArgumentException e) {
      throw root.wrong(ADDRESS, "an address such as http://localhost:4318", written);
    }
  }

  private Map<String, Secret> headers() {
    Map<String, Secret> headers = new LinkedHashMap<>();
    for (String name : root.names(HEADERS)) {
      JsonNode value = root.at(HEADERS).orElseThrow().path(name);
      if (!value.isString()) {
        throw root.wrong(HEADERS + "." + name, "a text", "something else");
      }
      headers.put(name, new Secret(value.stringValue()));
    }
    return headers;
  }

  private double sample() {
    Optional<JsonNode> value = root.at(SAMPLE);
    if (value.isEmpty()) {
      return TelemetrySettings.SAMPLE;
    }
    if (!value.get().isNumber()) {
      throw root.wrong(SAMPLE, "a share from 0 to 1", value.get());
    }
    return value.get().doubleValue();
  }
}
