package dev.treadle.app.workspace;

import dev.treadle.gateway.GatewaySettings;
import dev.treadle.gateway.UpstreamSettings;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts the questions of an exam's file in the place of its name in a scripted upstream's script.
 */
public final class Exams {
  private static final long LIMIT = 64 << 20;

  private Exams() {}

  /**
   * The settings with their exams in them.
   *
   * @throws TreadleException where a file cannot be read
   */
  public static GatewaySettings resolve(GatewaySettings settings, Workspace workspace) {
    List<UpstreamSettings> upstreams =
        settings.upstreams().stream().map(it -> resolve(it, workspace)).toList();
    return settings.withUpstreams(upstreams);
  }

  private static UpstreamSettings resolve(UpstreamSettings upstream, Workspace workspace) {
    Optional<JsonNode> file =
        upstream.script().map(it -> it.path("exam")).filter(JsonNode::isString);
    if (file.isEmpty() || !(upstream.script().orElseThrow() instanceof ObjectNode script)) {
      return upstream;
    }
    ObjectNode whole = script.deepCopy();
    whole.set("exam", read(workspace.path(file.get().stringValue())));
    return upstream.playing(whole);
  }

  private static ArrayNode read(Path file) {
    ArrayNode items = Json.array();
    int number = 0;
    try {
      if (Files.size(file) > LIMIT) {
        throw AppError.CONFIGURATION_INVALID.because(
            file + " is over the limit of " + LIMIT + " bytes for an exam");
      }
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        number++;
        if (!line.isBlank()) {
          items.add(Json.read(line.getBytes(StandardCharsets.UTF_8)));
        }
      }
      return items;
    } catch (IOException e) {
      throw AppError.CONFIGURATION_INVALID.because(
          "the exam " + file + " cannot be read: " + e.getMessage(), e);
    } catch (TreadleException e) {
      throw AppError.CONFIGURATION_INVALID.because(
          file + ", line " + number + ": " + e.getMessage(), e);
    }
  }
}
