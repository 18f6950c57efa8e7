package dev.treadle.app.workspace;

import java.util.List;

/** The keys of {@code treadle.yaml} that are about spans. */
final class TelemetryKeys {
  /** In the order of their section. */
  static final List<ConfigurationKey> ALL =
      List.of(
          key(
              "otlp",
              "address",
              "the spans are not made",
              "Where a span of each call is sent by OpenTelemetry's protocol over HTTP: the collector's base address (docs/gateway.md); no text of a prompt or an answer is in it.",
              ""),
          key(
              "headers",
              "names and texts",
              "{}",
              "Header fields of every request to the collector; best as ${NAME} of an environment variable where they are secret.",
              ", headers: {x-team: research}"),
          key(
              "sample",
              "share",
              "1",
              "Share of the calls that are told, from 0 to 1, where the client's traceparent does not say whether.",
              ", sample: 0.1"),
          key(
              "service-name",
              "text",
              "treadle",
              "The name by which the gateway's spans are found.",
              ", service-name: gateway-eu"));

  private TelemetryKeys() {}

  private static ConfigurationKey key(
      String key, String type, String otherwise, String meaning, String example) {
    return new ConfigurationKey(
        "telemetry." + key,
        type,
        otherwise,
        meaning,
        """
        telemetry: {otlp: "http://127.0.0.1:4318"%s}
        """
            .formatted(example));
  }
}
