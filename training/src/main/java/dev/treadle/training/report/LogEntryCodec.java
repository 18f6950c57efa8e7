package dev.treadle.training.report;

import dev.treadle.transcript.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Lines of a log as JSON. A number that is none, such as a loss that overflowed, is null. */
final class LogEntryCodec {
  private LogEntryCodec() {}

  static ObjectNode json(LogEntry entry) {
    return switch (entry) {
      case LogEntry.Start it -> start(it);
      case LogEntry.Step it -> step(it);
      case LogEntry.Evaluation it -> evaluation(it);
      case LogEntry.Checkpoint it ->
          line("checkpoint", it).put("folder", it.folder()).put("best", it.isBest());
      case LogEntry.Resume it ->
          line("resume", it).put("at", it.at().toString()).put("folder", it.folder());
      case LogEntry.End it -> end(it);
      case LogEntry.Unknown it -> (ObjectNode) Json.read(it.raw());
    };
  }

  private static ObjectNode line(String type, LogEntry entry) {
    return Json.object().put("type", type).put("step", entry.step());
  }

  private static ObjectNode start(LogEntry.Start it) {
    ObjectNode json = line("start", it);
    json.put("at", it.at().toString());
    json.put("base", it.base());
    json.put("base_hash", it.baseHash());
    json.put("dataset", it.dataset());
    json.put("dataset_hash", it.datasetHash());
    json.put("steps", it.steps());
    json.put("examples", it.examples());
    json.put("rows", it.rows());
    json.put("tokens", it.tokens());
    json.put("target_tokens", it.targetTokens());
    json.put("validation_examples", it.validationExamples());
    json.put("trained_parameters", it.parameters());
    ObjectNode skipped = json.putObject("skipped");
    it.skipped().forEach(skipped::put);
    json.set("settings", it.settings());
    return json;
  }

  private static ObjectNode step(LogEntry.Step it) {
    ObjectNode json = line("step", it);
    number(json, "epoch", it.epoch());
    number(json, "loss", it.loss());
    number(json, "learning_rate", it.learningRate());
    number(json, "grad_norm", it.gradNorm());
    json.put("tokens", it.tokens());
    json.put("target_tokens", it.targetTokens());
    number(json, "tokens_per_second", it.tokensPerSecond());
    json.put("memory_bytes", it.memoryBytes());
    number(json, "seconds", it.seconds());
    return json;
  }

  private static ObjectNode evaluation(LogEntry.Evaluation it) {
    ObjectNode json = line("evaluation", it);
    number(json, "epoch", it.epoch());
    number(json, "eval_loss", it.loss());
    it.accuracy().ifPresent(accuracy -> number(json, "eval_mean_token_accuracy", accuracy));
    json.put("target_tokens", it.targetTokens());
    json.put("best", it.isBest());
    number(json, "seconds", it.seconds());
    return json;
  }

  private static ObjectNode end(LogEntry.End it) {
    ObjectNode json = line("end", it);
    json.put("at", it.at().toString());
    json.put("reason", it.reason());
    json.put("result", it.result());
    number(json, "seconds", it.seconds());
    return json;
  }

  private static void number(ObjectNode json, String key, double value) {
    if (Double.isFinite(value)) {
      json.put(key, value);
    } else {
      json.putNull(key);
    }
  }

  /** The entry of a line, or nothing if it is none. */
  static Optional<LogEntry> entry(JsonNode json, String raw) {
    JsonNode step = json.path("step");
    if (!json.isObject() || !json.path("type").isString() || !step.canConvertToInt()) {
      return Optional.empty();
    }
    int at = step.intValue();
    try {
      return Optional.of(
          switch (json.path("type").stringValue()) {
            case "start" -> start(json);
            case "step" -> step(json, at);
            case "evaluation" -> evaluation(json, at);
            case "checkpoint" ->
                new LogEntry.Checkpoint(
                    at, text(json, "folder"), json.path("best").asBoolean(false));
            case "resume" -> new LogEntry.Resume(at, instant(json), text(json, "folder"));
            case "end" ->
                new LogEntry.End(
                    at,
                    instant(json),
                    text(json, "reason"),
                    text(json, "result"),
                    number(json, "seconds"));
            default -> new LogEntry.Unknown(at, raw);
          });
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static LogEntry start(JsonNode json) {
    Map<String, Long> skipped = new LinkedHashMap<>();
    json.path("skipped").forEachEntry((reason, count) -> skipped.put(reason, count.asLong(0)));
    return new LogEntry.Start(
        instant(json),
        json.path("settings"),
        text(json, "base"),
        text(json, "base_hash"),
        text(json, "dataset"),
        text(json, "dataset_hash"),
        json.path("steps").asInt(0),
        json.path("examples").asLong(0),
        json.path("rows").asLong(0),
        json.path("tokens").asLong(0),
        json.path("target_tokens").asLong(0),
        json.path("validation_examples").asLong(0),
        json.path("trained_parameters").asLong(0),
        skipped);
  }

  private static LogEntry step(JsonNode json, int step) {
    return new LogEntry.Step(
        step,
        number(json, "epoch"),
        number(json, "loss"),
        number(json, "learning_rate"),
        number(json, "grad_norm"),
        json.path("tokens").asLong(0),
        json.path("target_tokens").asLong(0),
        number(json, "tokens_per_second"),
        json.path("memory_bytes").asLong(0),
        number(json, "seconds"));
  }

  private static LogEntry evaluation(JsonNode json, int step) {
    return new LogEntry.Evaluation(
        step,
        number(json, "epoch"),
        number(json, "eval_loss"),
        json.has("eval_mean_token_accuracy")
            ? Optional.of(number(json, "eval_mean_token_accuracy"))
            : Optional.empty(),
        json.path("target_tokens").asLong(0),
        json.path("best").asBoolean(false),
        number(json, "seconds"));
  }

  private static double number(JsonNode json, String key) {
    return json.path(key).isNumber() ? json.path(key).doubleValue() : Double.NaN;
  }

  private static String text(JsonNode json, String key) {
    return json.path(key).asString("");
  }

  private static Instant instant(JsonNode json) {
    return Instant.parse(text(json, "at"));
  }
}
