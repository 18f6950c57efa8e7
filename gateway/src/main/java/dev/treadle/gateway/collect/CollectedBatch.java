package dev.treadle.gateway.collect;

import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import dev.treadle.transcript.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * What another gateway compared: {@code {data_points, count, timestamp}}, with names as written
 * there or as Go writes them ({@code Question}, {@code Responses} …). A point that is none is
 * counted and named; the others are taken.
 *
 * @param points how many there were
 * @param bad how many of them are none
 * @param problems the first few of what is wrong, for people
 */
public record CollectedBatch(
    List<Comparison> comparisons, int points, int bad, List<String> problems) {
  /** The source's system of what was collected. */
  public static final String SYSTEM = "collector";

  private static final int MOST_POINTS = 10_000;
  private static final int MOST_MODELS = 100;
  private static final int MOST_PROBLEMS = 10;
  private static final double NO_SCORE = -1;

  /** Seconds of a year that is far away: what is more than that is milliseconds. */
  private static final double MOST_SECONDS = 1e11;

  public CollectedBatch {
    comparisons = List.copyOf(comparisons);
    problems = List.copyOf(problems);
  }

  /** A point that is none. */
  private static final class BadPoint extends Exception {
    private static final long serialVersionUID = 1;

    BadPoint(String why) {
      super(why, null, false, false);
    }
  }

  /**
   * Reads a batch.
   *
   * @param pseudonym a keyed hash, which names a point by what it says without telling it
   * @return nothing where there is no list of points
   */
  public static Optional<CollectedBatch> read(JsonNode body, UnaryOperator<String> pseudonym) {
    JsonNode list = field(body, "data_points", "DataPoints");
    if (!list.isArray() || list.size() > MOST_POINTS) {
      return Optional.empty();
    }
    List<Comparison> comparisons = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    int number = 0;
    for (JsonNode point : list) {
      number++;
      try {
        comparisons.add(comparison(point, pseudonym));
      } catch (BadPoint e) {
        if (problems.size() < MOST_PROBLEMS) {
          problems.add("point " + number + ": " + e.getMessage());
        }
      }
    }
    int bad = list.size() - comparisons.size();
    JsonNode count = field(body, "count", "Count");
    if (count.isNumber() && count.asInt(-1) != list.size()) {
      problems.add("count says " + count + ", but there are " + list.size() + " points");
    }
    return Optional.of(new CollectedBatch(comparisons, list.size(), bad, problems));
  }

  private static JsonNode field(JsonNode node, String name, String goName) {
    return node.has(name) ? node.path(name) : node.path(goName);
  }

  private static JsonNode field(JsonNode node, String name) {
    return field(node, name, name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1));
  }

  private static Comparison comparison(JsonNode point, UnaryOperator<String> pseudonym)
      throws BadPoint {
    JsonNode question = field(point, "question");
    if (!question.isString() || question.stringValue().isBlank()) {
      throw new BadPoint("there is no question");
    }
    String text = question.stringValue();
    Optional<Instant> time = time(field(point, "timestamp"));
    List<Candidate> candidates = candidates(point);
    Comparison unnamed =
        new Comparison(
            header("unnamed", "unnamed", time, field(point, "classification")),
            List.of(Message.user(text)),
            List.of(),
            candidates);
    // A batch that is sent again is the same: so what a point says is its name.
    String said = new String(Json.write(DataPoint.of(unnamed)), StandardCharsets.UTF_8);
    return new Comparison(
        header(
            pseudonym.apply(said),
            "q_" + pseudonym.apply(text),
            time,
            field(point, "classification")),
        unnamed.messages(),
        List.of(),
        candidates);
  }

  private static Header header(
      String key, String group, Optional<Instant> time, JsonNode classification) {
    Source source = new Source(SYSTEM, key, group, Optional.empty(), Optional.of("mixed"), time);
    Map<String, JsonNode> labels = new LinkedHashMap<>();
    labels.put("scorer", StringNode.valueOf("external"));
    JsonNode category = field(classification, "category");
    if (category.isString() && !category.stringValue().isBlank()) {
      labels.put("category", category);
      JsonNode confidence = field(classification, "confidence");
      if (confidence.isNumber()) {
        labels.put("confidence", DoubleNode.valueOf(confidence.doubleValue()));
      }
      JsonNode by = field(classification, "source");
      if (by.isString()) {
        labels.put("source", by);
      }
    }
    return Header.of(source).withLabels(labels);
  }

  private static Optional<Instant> time(JsonNode timestamp) {
    if (!timestamp.isNumber() || !(timestamp.doubleValue() > 0)) {
      return Optional.empty();
    }
    double value = timestamp.doubleValue();
    double millis = value > MOST_SECONDS ? value : value * 1000;
    return millis < MOST_SECONDS * 1000
        ? Optional.of(Instant.ofEpochMilli((long) millis))
        : Optional.empty();
  }

  /** In the order of their names, as an object's fields have none. */
  private static List<Candidate> candidates(JsonNode point) throws BadPoint {
    JsonNode responses = field(point, "responses");
    JsonNode scores = field(point, "scores");
    TreeSet<String> models = new TreeSet<>();
    if (responses instanceof ObjectNode) {
      models.addAll(responses.propertyNames());
    }
    if (scores instanceof ObjectNode) {
      models.addAll(scores.propertyNames());
    }
    models.removeIf(String::isBlank);
    if (models.isEmpty()) {
      throw new BadPoint("there are no responses");
    }
    if (models.size() > MOST_MODELS) {
      throw new BadPoint("there are more than " + MOST_MODELS + " models");
    }
    List<Candidate> candidates = new ArrayList<>(models.size());
    for (String model : models) {
      candidates.add(candidate(model, responses.path(model), scores.path(model)));
    }
    return candidates;
  }

  private static Candidate candidate(String model, JsonNode response, JsonNode score)
      throws BadPoint {
    JsonNode answer = response.isString() ? response : field(response, "answer");
    String text = answer.asString("");
    Optional<String> error = error(field(response, "error"), text);
    JsonNode latency = field(response, "latency");
    return new Candidate(
        model,
        text.isBlank() ? Optional.empty() : Optional.of(Message.Assistant.of(text)),
        score(model, score),
        latency.isNumber() && latency.doubleValue() >= 0 && latency.doubleValue() < MOST_SECONDS
            ? Optional.of(Duration.ofMillis(latency.longValue()))
            : Optional.empty(),
        Optional.empty(),
        error);
  }

  /** An error of Go is often written as an object without a word in it. */
  private static Optional<String> error(JsonNode error, String answer) {
    if (error.isString() && !error.stringValue().isBlank()) {
      return Optional.of(error.stringValue());
    }
    if (error.isObject()) {
      return Optional.of("failed");
    }
    return answer.isBlank() ? Optional.of("empty_answer") : Optional.empty();
  }

  private static Optional<Double> score(String model, JsonNode score) throws BadPoint {
    if (score.isMissingNode() || score.isNull()) {
      return Optional.empty();
    }
    double value = score.isNumber() ? score.doubleValue() : Double.NaN;
    if (value != NO_SCORE && !(value >= 0 && value <= 1)) {
      throw new BadPoint("the score of '" + model + "' is neither from 0 to 1 nor -1: " + score);
    }
    return Optional.of(value);
  }
}
