package dev.treadle.transcript;

import dev.treadle.transcript.Header.LineageStep;
import dev.treadle.transcript.Question.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads an example from a line's tree; every complaint is an {@link IllegalArgumentException} that
 * names the field.
 */
final class ExampleReader {
  private static final Set<String> EXAMPLE_FIELDS =
      Set.of(
          "v",
          "id",
          "digest",
          "kind",
          "source",
          "messages",
          "tools",
          "candidates",
          "outcome",
          "thinking",
          "task",
          "language",
          "scores",
          "evidence",
          "labels",
          "lineage",
          "extra",
          "crc");
  private static final Set<String> MESSAGE_FIELDS = Set.of("role", "content", "time");
  private static final Set<String> ASSISTANT_FIELDS =
      Set.of("role", "content", "time", "model", "reasoning_content", "tool_calls", "train");
  private static final Set<String> RESULT_FIELDS =
      Set.of("role", "content", "time", "tool_call_id", "is_error");
  private static final Set<String> CALL_FIELDS = Set.of("id", "type", "function");

  private ExampleReader() {}

  static Example read(JsonNode line) {
    if (!line.isObject()) {
      throw new IllegalArgumentException("it is not a JSON object");
    }
    int version = line.path("v").asInt(0);
    if (version > ExampleCodec.VERSION) {
      throw new TreadleException(
          TranscriptError.NEWER_VERSION,
          "this line was written by a newer Treadle (version " + version + "): use that one");
    }
    if (version < 1) {
      throw new IllegalArgumentException("field v: expected " + ExampleCodec.VERSION);
    }
    Header header = header(line);
    List<Message> messages = messages(line, "messages");
    List<Tool> tools = list(line, "tools", ExampleReader::tool);
    String kind = text(line, "kind");
    return switch (kind) {
      case "conversation" -> new Conversation(header, messages, tools);
      case "trajectory" -> new Trajectory(header, messages, tools, outcome(line.path("outcome")));
      case "comparison" ->
          new Comparison(
              header, messages, tools, list(line, "candidates", ExampleReader::candidate));
      case "question" ->
          new Question(header, messages, tools, list(line, "evidence", ExampleReader::evidence));
      default -> throw new IllegalArgumentException("field kind: unknown kind '" + kind + "'");
    };
  }

  /** Messages by themselves. */
  static List<Message> messages(JsonNode node, String field) {
    return list(node, field, ExampleReader::message);
  }

  private static Header header(JsonNode line) {
    Map<String, JsonNode> extra = new LinkedHashMap<>(fields(line.path("extra")));
    extra.putAll(unnamed(line, EXAMPLE_FIELDS));
    return new Header(
        new ExampleId(text(line, "id")),
        optional(line, "digest").map(Digest::new),
        source(line.path("source")),
        optional(line, "thinking")
            .map(
                wire ->
                    ThinkingState.ofWire(wire)
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    "field thinking: unknown state '" + wire + "'"))),
        optional(line, "task"),
        optional(line, "language"),
        scores(line.path("scores")),
        fields(line.path("labels")),
        list(line, "lineage", ExampleReader::step),
        extra);
  }

  private static Source source(JsonNode node) {
    return new Source(
        text(node, "system"),
        text(node, "key"),
        text(node, "group"),
        optional(node, "subject"),
        optional(node, "terms"),
        time(node));
  }

  private static Message message(JsonNode node) {
    String role = text(node, "role");
    return switch (role) {
      case "system", "developer" ->
          new Message.SystemPrompt(content(node), time(node), unnamed(node, MESSAGE_FIELDS));
      case "user" -> new Message.User(content(node), time(node), unnamed(node, MESSAGE_FIELDS));
      case "assistant" -> assistant(node);
      case "tool" ->
          new Message.ToolResult(
              text(node, "tool_call_id"),
              content(node),
              node.path("is_error").asBoolean(false),
              time(node),
              unnamed(node, RESULT_FIELDS));
      default -> throw new IllegalArgumentException("field role: unknown role '" + role + "'");
    };
  }

  private static Message.Assistant assistant(JsonNode node) {
    return new Message.Assistant(
        optional(node, "model"),
        optional(node, "reasoning_content"),
        content(node),
        list(node, "tool_calls", ExampleReader::call),
        node.path("train").asBoolean(true),
        time(node),
        unnamed(node, ASSISTANT_FIELDS));
  }

  private static ToolCall call(JsonNode node) {
    JsonNode function = node.path("function");
    JsonNode arguments = function.path("arguments");
    return new ToolCall(
        text(node, "id"),
        text(function, "name"),
        arguments.isString() ? arguments.stringValue() : arguments.toString(),
        unnamed(node, CALL_FIELDS));
  }

  private static Content content(JsonNode message) {
    JsonNode node = message.path("content");
    if (node.isString()) {
      return new Content.Text(node.stringValue());
    }
    if (node.isArray()) {
      return new Content.Parts(list(message, "content", ExampleReader::part));
    }
    if (node.isNull() || node.isMissingNode()) {
      return new Content.Text("");
    }
    throw new IllegalArgumentException("field content: expected a text or an array");
  }

  private static Part part(JsonNode node) {
    String type = node.path("type").asString("");
    if (type.equals("text") && node.path("text").isString() && node.size() == 2) {
      return new Part.Text(node.path("text").stringValue());
    }
    if (type.equals("blob")) {
      return new Part.Blob(
          text(node, "sha256"), node.path("bytes").asLong(), text(node, "media_type"));
    }
    return new Part.Unknown(node);
  }

  private static Tool tool(JsonNode node) {
    if (node instanceof ObjectNode definition) {
      return new Tool(definition);
    }
    throw new IllegalArgumentException("field tools: expected objects");
  }

  private static Candidate candidate(JsonNode node) {
    JsonNode message = node.path("message");
    return new Candidate(
        text(node, "model"),
        message.isObject() ? Optional.of(assistant(message)) : Optional.empty(),
        number(node, "score"),
        node.path("latency_ms").isNumber()
            ? Optional.of(Duration.ofMillis(node.path("latency_ms").asLong()))
            : Optional.empty(),
        node.path("cost_usd").isNumber()
            ? Optional.of(new Usd(node.path("cost_usd").decimalValue()))
            : Optional.empty(),
        optional(node, "error"));
  }

  private static Outcome outcome(JsonNode node) {
    String wire = text(node, "verdict");
    for (Outcome.Verdict verdict : Outcome.Verdict.values()) {
      if (verdict.wire().equals(wire)) {
        return new Outcome(
            verdict,
            number(node, "reward"),
            node.path("trainable").asBoolean(false),
            optional(node, "patch"),
            optional(node, "exit"));
      }
    }
    throw new IllegalArgumentException("field verdict: unknown verdict '" + wire + "'");
  }

  private static Evidence evidence(JsonNode node) {
    return new Evidence(
        text(node, "path"),
        node.path("start").asInt(),
        node.path("end").asInt(),
        text(node, "sha256"),
        optional(node, "commit"));
  }

  private static Map<String, Score> scores(JsonNode node) {
    Map<String, Score> scores = new LinkedHashMap<>();
    node.forEachEntry(
        (name, score) -> {
          Map<String, Double> parts = new LinkedHashMap<>();
          score.path("parts").forEachEntry((part, value) -> parts.put(part, value.asDouble()));
          scores.put(
              name,
              new Score(score.path("value").asDouble(), parts, score.path("version").asInt(1)));
        });
    return scores;
  }

  private static LineageStep step(JsonNode node) {
    return new LineageStep(
        text(node, "stage"), node.path("version").asInt(1), text(node, "parameters"));
  }

  private static Map<String, JsonNode> fields(JsonNode node) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    node.forEachEntry(fields::put);
    return fields;
  }

  private static Map<String, JsonNode> unnamed(JsonNode node, Set<String> named) {
    Map<String, JsonNode> unnamed = new LinkedHashMap<>();
    node.forEachEntry(
        (name, value) -> {
          if (!named.contains(name)) {
            unnamed.put(name, value);
          }
        });
    return unnamed;
  }

  private static <T> List<T> list(JsonNode node, String field, Function<JsonNode, T> read) {
    JsonNode array = node.path(field);
    if (array.isMissingNode() || array.isNull()) {
      return List.of();
    }
    if (!array.isArray()) {
      throw new IllegalArgumentException("field " + field + ": expected an array");
    }
    List<T> list = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      list.add(read.apply(element));
    }
    return list;
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isString()) {
      throw new IllegalArgumentException("field " + field + ": expected a text");
    }
    return value.stringValue();
  }

  private static Optional<String> optional(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  private static Optional<Double> number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isNumber() ? Optional.of(value.asDouble()) : Optional.empty();
  }

  private static Optional<Instant> time(JsonNode node) {
    return optional(node, "time")
        .map(
            text -> {
              try {
                return Instant.parse(text);
              } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(
                    "field time: expected ISO 8601 such as 2026-11-20T08:00:00Z, not '"
                        + text
                        + "'",
                    e);
              }
            });
  }
}
