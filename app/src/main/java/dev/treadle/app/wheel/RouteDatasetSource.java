package dev.treadle.app.wheel;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.WheelSettings;
import dev.treadle.routing.LearnedRouter.Observation;
import dev.treadle.routing.RouteDataset;
import dev.treadle.routing.RoutingRequest;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Where labelled texts come from: the lake's comparisons, or those of a collector's file. */
public final class RouteDatasetSource {
  /** Scores no farther apart are equal. */
  private static final double TIE = 1e-9;

  private final WheelSettings wheel;
  private final Map<String, Long> leftOut = new TreeMap<>();

  public RouteDatasetSource(WheelSettings wheel) {
    this.wheel = wheel;
  }

  /** What could not be read or is held out, by reason. */
  public Map<String, Long> leftOut() {
    return leftOut;
  }

  /** Of the lake's comparisons, without those that the gate judges by. */
  public RouteDataset of(RouteStation station, Comparisons comparisons, double minimumScore) {
    Map<String, String> categories = new LinkedHashMap<>();
    station
        .targets()
        .forEach(it -> categories.put(it.toString(), it.model().orElse(it.upstream())));
    wheel
        .categories()
        .forEach(
            (model, category) ->
                station
                    .names()
                    .target(model)
                    .ifPresent(it -> categories.put(it.toString(), category)));
    leftOut.putAll(comparisons.leftOut());
    leftOut.put("held_out", (long) comparisons.heldOut().size());
    return RouteDataset.of(comparisons.observations(), settings(categories, minimumScore));
  }

  private static RouteDataset.Settings settings(
      Map<String, String> categories, double minimumScore) {
    return new RouteDataset.Settings(minimumScore, TIE, categories, "general");
  }

  /**
   * Of a collector's file: {@code question} and {@code scores} by model in each line.
   *
   * @throws TreadleException where it cannot be read or has no such line
   */
  public RouteDataset of(Path file, double minimumScore) {
    List<Observation> all = new ArrayList<>();
    Map<String, String> categories = new LinkedHashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          observation(line, all.size()).ifPresent(all::add);
        }
      }
    } catch (IOException e) {
      throw AppError.NOT_FOUND.because(file + " cannot be read: " + e.getMessage(), e);
    }
    if (all.isEmpty()) {
      throw AppError.NOT_FOUND.because(
          file
              + " has no line with a question and scores"
              + (leftOut.isEmpty() ? "" : ": " + leftOut));
    }
    all.forEach(
        it ->
            it.scores()
                .keySet()
                .forEach(
                    model -> categories.put(model, wheel.categories().getOrDefault(model, model))));
    return RouteDataset.of(all, settings(categories, minimumScore));
  }

  private Optional<Observation> observation(String line, int number) {
    JsonNode json;
    try {
      json = Json.read(line.getBytes(StandardCharsets.UTF_8));
    } catch (TreadleException e) {
      leftOut.merge("not_json", 1L, Long::sum);
      return Optional.empty();
    }
    String question = text(json, "question", "Question");
    JsonNode scores = json.has("scores") ? json.path("scores") : json.path("Scores");
    if (question.isBlank() || !scores.isObject()) {
      leftOut.merge("no_question_or_scores", 1L, Long::sum);
      return Optional.empty();
    }
    Map<String, Double> known = new LinkedHashMap<>();
    scores.forEachEntry(
        (model, score) -> {
          if (score.isNumber() && score.doubleValue() >= 0 && score.doubleValue() <= 1) {
            known.put(model, score.doubleValue());
          }
        });
    return Optional.of(
        new Observation(RoutingRequest.of(question), known, Map.of(), Integer.toString(number)));
  }

  private static String text(JsonNode json, String name, String other) {
    return json.path(name).asString(json.path(other).asString(""));
  }
}
