package dev.treadle.routing;

import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The one form of a learned policy on disk: a JSON object with all that is needed to decide. */
public final class PolicyFile {
  /** What a reader of this version understands. */
  public static final int FORMAT = 1;

  /** No file is longer: the JSON reader takes no longer text either. */
  public static final int MAX_BYTES = Json.MAX_LINE_BYTES;

  private static final int MAX_TARGETS = 1000;

  private PolicyFile() {}

  /** As it is kept. */
  public static byte[] write(PolicyDocument it) {
    ObjectNode json = Json.object();
    json.put("format", FORMAT)
        .put("version", it.version())
        .put("kind", it.kind().wire())
        .put("route", it.route())
        .put("created", it.created().toString());
    ArrayNode candidates = json.putArray("candidates");
    it.candidates().forEach(target -> candidates.add(target.toString()));
    json.put("default", it.defaultTarget().toString());
    ObjectNode categories = json.putObject("categories");
    it.categories().forEach((label, target) -> categories.put(label, target.toString()));
    json.put("minimum_confidence", it.minimumConfidence());
    json.putObject("objective")
        .put("quality_per_usd", it.objective().qualityPerUsd())
        .put("exploration_floor", it.objective().explorationFloor())
        .put("explores", it.objective().explores())
        .put("switch_gain", it.objective().switchGain());
    ObjectNode trainedOn = json.putObject("trained_on");
    trainedOn.put("examples", it.trainedOn().examples()).put("sha256", it.trainedOn().sha256());
    it.trainedOn().from().ifPresent(time -> trainedOn.put("from", time.toString()));
    it.trainedOn().to().ifPresent(time -> trainedOn.put("to", time.toString()));
    ObjectNode estimates = json.putObject("estimates");
    it.estimates().forEach(estimates::put);
    json.put("model", it.model());
    byte[] bytes = Json.write(json);
    if (bytes.length > MAX_BYTES) {
      throw RoutingError.TOO_MUCH.because(
          "the policy " + it.version() + " has " + bytes.length + " bytes, over " + MAX_BYTES);
    }
    return bytes;
  }

  /**
   * Reads one.
   *
   * @throws TreadleException {@link RoutingError#POLICY_INVALID} or {@link
   *     RoutingError#POLICY_NEWER}
   */
  public static PolicyDocument read(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw RoutingError.POLICY_INVALID.because(
          "a policy file has at most " + MAX_BYTES + " bytes, this one has " + bytes.length);
    }
    JsonNode json;
    try {
      json = Json.read(bytes);
    } catch (TreadleException e) {
      throw RoutingError.POLICY_INVALID.because("a policy file is " + e.getMessage(), e);
    }
    int format = json.path("format").asInt(0);
    if (format > FORMAT) {
      throw RoutingError.POLICY_NEWER.because(
          "the policy file has format " + format + ", newer than " + FORMAT + ": update Treadle");
    }
    if (format != FORMAT) {
      throw RoutingError.POLICY_INVALID.because("a policy file says its format, " + FORMAT);
    }
    try {
      return document(json);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw RoutingError.POLICY_INVALID.because(
          "the policy file is not valid: " + e.getMessage(), e);
    }
  }

  private static PolicyDocument document(JsonNode json) {
    List<Target> candidates = new ArrayList<>();
    json.path("candidates").forEach(it -> candidates.add(Target.parse(it.asString(""))));
    Map<String, Target> categories = new LinkedHashMap<>();
    json.path("categories")
        .forEachEntry((label, it) -> categories.put(label, Target.parse(it.asString(""))));
    Map<String, Double> estimates = new LinkedHashMap<>();
    json.path("estimates").forEachEntry((name, it) -> estimates.put(name, number(it, name)));
    if (candidates.size() > MAX_TARGETS || categories.size() > MAX_TARGETS) {
      throw new IllegalArgumentException("at most " + MAX_TARGETS + " targets");
    }
    JsonNode objective = json.path("objective");
    JsonNode trainedOn = json.path("trained_on");
    return new PolicyDocument(
        text(json, "version"),
        kind(text(json, "kind")),
        text(json, "route"),
        Instant.parse(text(json, "created")),
        candidates,
        Target.parse(text(json, "default")),
        categories,
        number(json.path("minimum_confidence"), "minimum_confidence"),
        new Objective(
            number(objective.path("quality_per_usd"), "quality_per_usd"),
            number(objective.path("exploration_floor"), "exploration_floor"),
            objective.path("explores").asBoolean(false),
            number(objective.path("switch_gain"), "switch_gain")),
        new PolicyDocument.TrainedOn(
            (int) number(trainedOn.path("examples"), "examples"),
            text(trainedOn, "sha256"),
            time(trainedOn.path("from")),
            time(trainedOn.path("to"))),
        text(json, "model"),
        estimates);
  }

  private static PolicyDocument.Kind kind(String word) {
    for (PolicyDocument.Kind it : PolicyDocument.Kind.values()) {
      if (it.wire().equals(word)) {
        return it;
      }
    }
    throw new IllegalArgumentException("kind is classifier or learned, not '" + word + "'");
  }

  private static String text(JsonNode json, String name) {
    JsonNode it = json.path(name);
    if (!it.isString()) {
      throw new IllegalArgumentException("'" + name + "' is missing or no text");
    }
    return it.stringValue();
  }

  private static double number(JsonNode it, String name) {
    if (!it.isNumber()) {
      throw new IllegalArgumentException("'" + name + "' is missing or no number");
    }
    return it.doubleValue();
  }

  private static Optional<Instant> time(JsonNode it) {
    return it.isString() ? Optional.of(Instant.parse(it.stringValue())) : Optional.empty();
  }
}
