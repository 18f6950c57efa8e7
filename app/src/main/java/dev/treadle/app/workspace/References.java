package dev.treadle.app.workspace;

import dev.treadle.gateway.GatewaySettings;
import dev.treadle.gateway.evaluate.EvaluateSettings;
import dev.treadle.measure.score.GoldenSet;
import dev.treadle.measure.score.Method;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads the file of known answers that answers are judged by. */
public final class References {
  private static final long LIMIT = 64 << 20;

  private References() {}

  /**
   * The settings with their known answers in them.
   *
   * @throws TreadleException where the file cannot be read, with its line
   */
  public static GatewaySettings resolve(GatewaySettings settings, Workspace workspace) {
    EvaluateSettings evaluate = settings.evaluate();
    return evaluate
        .referencesFile()
        .map(it -> settings.withEvaluate(evaluate.withReferences(read(workspace.path(it)))))
        .orElse(settings);
  }

  private static GoldenSet read(Path file) {
    List<GoldenSet.Known> all = new ArrayList<>();
    int number = 0;
    try {
      if (Files.size(file) > LIMIT) {
        throw AppError.CONFIGURATION_INVALID.because(
            file + " is over the limit of " + LIMIT + " bytes for known answers");
      }
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        number++;
        if (!line.isBlank()) {
          all.add(known(Json.read(line), file + ", line " + number));
        }
      }
      return new GoldenSet(all);
    } catch (IOException e) {
      throw AppError.CONFIGURATION_INVALID.because(
          "evaluate.references " + file + " cannot be read: " + e.getMessage(), e);
    } catch (TreadleException e) {
      throw e.code() == AppError.CONFIGURATION_INVALID
          ? e
          : AppError.CONFIGURATION_INVALID.because(
              file + ", line " + number + ": " + e.getMessage(), e);
    }
  }

  private static GoldenSet.Known known(JsonNode json, String place) {
    String question = json.path("question").asString("");
    String reference = json.path("reference").asString("");
    if (question.isBlank() || reference.isBlank()) {
      throw AppError.CONFIGURATION_INVALID.because(
          place + ": expected {\"question\": \"…\", \"reference\": \"…\"}");
    }
    JsonNode named = json.path("method");
    Optional<Method> method = Method.ofWire(named.asString(""));
    if (!named.isMissingNode() && method.isEmpty()) {
      throw AppError.CONFIGURATION_INVALID.because(
          place + ": there is no method '" + named.asString("") + "'");
    }
    return new GoldenSet.Known(question, reference, method);
  }
}
