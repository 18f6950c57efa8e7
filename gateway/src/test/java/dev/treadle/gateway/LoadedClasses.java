package dev.treadle.gateway;

import dev.treadle.gateway.scripted.Rule;
import dev.treadle.gateway.scripted.Script;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A program of its own that serves one call, so that it can be seen what it loads for it. */
final class LoadedClasses {
  private LoadedClasses() {}

  /**
   * Serves.
   *
   * @param arguments a folder for its lake, and the address of a collector if there is one
   */
  public static void main(String[] arguments) {
    Optional<TelemetrySettings> telemetry =
        arguments.length < 2
            ? Optional.empty()
            : Optional.of(new TelemetrySettings(URI.create(arguments[1]), Map.of(), 1, "treadle"));
    try (RunningGateway gateway =
        RunningGateway.in(Path.of(arguments[0]))
            .upstream("a", UpstreamSettings.Kind.OPENAI, Script.of(Rule.always().say("hi")))
            .route("default", "a")
            .but(it -> it.withTelemetry(telemetry))
            .start()) {
      int status =
          gateway
              .post(
                  "/v1/chat/completions",
                  "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}")
              .statusCode();
      if (status != 200) {
        throw new IllegalStateException("status " + status);
      }
    }
  }
}
