package dev.treadle.gateway.collect;

import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A comparison as gateways exchange it: {@code {question, responses: {model: {model, answer,
 * latency, error}}, scores: {model: score}, timestamp, classification}}.
 */
public final class DataPoint {
  private DataPoint() {}

  /** Whether a comparison has its answers: one that still waits for them says nothing. */
  public static boolean isAnswered(Comparison comparison) {
    return !comparison.header().labels().containsKey(Inquiry.STATE);
  }

  /** The data point of a comparison. */
  public static ObjectNode of(Comparison comparison) {
    ObjectNode point = Json.object().put("question", Inquiry.questionOf(comparison.messages()));
    ObjectNode responses = point.putObject("responses");
    ObjectNode scores = point.putObject("scores");
    for (Candidate it : comparison.candidates()) {
      ObjectNode response = responses.putObject(it.model()).put("model", it.model());
      response.put("answer", it.message().map(said -> said.content().plainText()).orElse(""));
      it.latency().ifPresent(latency -> response.put("latency", latency.toMillis()));
      it.error().ifPresent(error -> response.put("error", error));
      scores.put(it.model(), it.score().orElse(-1.0));
    }
    comparison
        .header()
        .source()
        .time()
        .ifPresent(time -> point.put("timestamp", time.getEpochSecond()));
    classification(comparison, point);
    return point;
  }

  private static void classification(Comparison comparison, ObjectNode point) {
    JsonNode category = comparison.header().labels().get("category");
    if (category != null) {
      ObjectNode classification = point.putObject("classification");
      classification.set("category", category);
      for (String name : List.of("confidence", "source")) {
        JsonNode value = comparison.header().labels().get(name);
        if (value != null) {
          classification.set(name, value);
        }
      }
    }
  }

  /** What is posted to a collector. */
  static ObjectNode batch(List<ObjectNode> points, long epochSeconds) {
    ObjectNode batch = Json.object();
    ArrayNode list = batch.putArray("data_points");
    points.forEach(list::add);
    return batch.put("count", points.size()).put("timestamp", epochSeconds);
  }
}
