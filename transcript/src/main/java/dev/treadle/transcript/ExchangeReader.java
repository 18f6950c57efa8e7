package dev.treadle.transcript;

import dev.treadle.transcript.Exchange.Answer;
import dev.treadle.transcript.Exchange.Attempt;
import dev.treadle.transcript.Exchange.ConversationMark;
import dev.treadle.transcript.Exchange.DecisionMark;
import dev.treadle.transcript.Exchange.Timings;
import dev.treadle.transcript.Exchange.TokenUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads an exchange from a line. The two bodies are cut out of the line's bytes as they are; only
 * the rest becomes a tree.
 */
final class ExchangeReader {
  private static final Set<String> NAMED =
      Set.of(
          "v",
          "id",
          "time",
          "state",
          "protocol",
          "path",
          "purpose",
          "subject",
          "conversation",
          "route",
          "request",
          "headers",
          "decision",
          "attempts",
          "answer",
          "usage",
          "cost_usd",
          "timings",
          "abort_reason",
          "extra",
          "crc");

  private final byte[] line;
  private final ObjectNode fields = Json.object();
  private final ObjectNode answer = Json.object();
  private @Nullable RawJson request;
  private @Nullable RawJson body;

  private ExchangeReader(byte[] line) {
    this.line = line;
  }

  static Exchange read(byte[] line) {
    ExchangeReader reader = new ExchangeReader(line);
    try (JsonParser json = Json.factory().createParser(ObjectReadContext.empty(), line)) {
      reader.scan(json);
      return reader.exchange();
    } catch (JacksonException e) {
      throw Json.notJson(e);
    } catch (IllegalArgumentException e) {
      throw new TreadleException(
          TranscriptError.NOT_AN_EXCHANGE, "not an exchange: " + e.getMessage(), e);
    }
  }

  private void scan(JsonParser json) {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("it is not a JSON object");
    }
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("request")) {
        request = slice(json);
      } else if (name.equals("answer") && value == JsonToken.START_OBJECT) {
        fields.set(name, answer);
        answer(json);
      } else {
        fields.set(name, Json.subtree(json));
      }
    }
  }

  private void answer(JsonParser json) {
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals("body")) {
        body = slice(json);
      } else {
        answer.set(name, Json.subtree(json));
      }
    }
  }

  /** The bytes of the value that the parser stands at. */
  private RawJson slice(JsonParser json) {
    int from = Math.toIntExact(json.currentTokenLocation().getByteOffset());
    if (json.currentToken().isScalarValue()) {
      json.getString();
    }
    json.skipChildren();
    int to = Math.toIntExact(json.currentLocation().getByteOffset());
    return RawJson.trusted(Arrays.copyOfRange(line, from, to));
  }

  private Exchange exchange() {
    int version = fields.path("v").asInt(0);
    if (version > ExchangeCodec.VERSION) {
      throw new TreadleException(
          TranscriptError.NEWER_VERSION,
          "this line was written by a newer Treadle (version " + version + "): use that one");
    }
    String state = JsonFields.text(fields, "state");
    String purpose = JsonFields.text(fields, "purpose");
    return new Exchange(
        JsonFields.text(fields, "id"),
        JsonFields.time(fields, "time"),
        Exchange.State.ofWire(state)
            .orElseThrow(() -> new IllegalArgumentException("field state: unknown: " + state)),
        JsonFields.text(fields, "protocol"),
        JsonFields.text(fields, "path"),
        Purpose.ofWire(purpose)
            .orElseThrow(() -> new IllegalArgumentException("field purpose: unknown: " + purpose)),
        JsonFields.optional(fields, "subject"),
        present("conversation").map(ExchangeReader::conversation),
        JsonFields.text(fields, "route"),
        Optional.ofNullable(request),
        headers(),
        present("decision").map(ExchangeReader::decision),
        attempts(),
        present("answer").map(this::answer),
        present("usage").map(ExchangeReader::usage),
        fields.path("cost_usd").isNumber()
            ? Optional.of(new Usd(fields.path("cost_usd").decimalValue()))
            : Optional.empty(),
        timings(fields.path("timings")),
        JsonFields.optional(fields, "abort_reason"),
        extra());
  }

  private Optional<JsonNode> present(String field) {
    return Optional.of(fields.path(field)).filter(JsonNode::isObject);
  }

  private static ConversationMark conversation(JsonNode node) {
    return new ConversationMark(
        JsonFields.text(node, "id"),
        JsonFields.text(node, "by"),
        node.path("turn").asInt(0),
        JsonFields.optional(node, "parent"),
        JsonFields.optional(node, "prefix"),
        JsonFields.optional(node, "through"));
  }

  private static DecisionMark decision(JsonNode node) {
    return new DecisionMark(
        JsonFields.text(node, "policy"),
        JsonFields.text(node, "target"),
        node.path("propensity").asDouble(0),
        JsonFields.texts(node, "candidates"),
        JsonFields.text(node, "reason"),
        JsonFields.optional(node, "source"),
        JsonFields.optional(node, "category"),
        number(node, "confidence"),
        JsonFields.optional(node, "arm"),
        number(node, "random"));
  }

  private static Optional<Double> number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isNumber() ? Optional.of(value.doubleValue()) : Optional.empty();
  }

  private Answer answer(JsonNode node) {
    return new Answer(
        node.path("status").asInt(0),
        node.path("streamed").asBoolean(false),
        node.path("events").asInt(0),
        Optional.ofNullable(body),
        JsonFields.texts(node, "losses"));
  }

  private static TokenUsage usage(JsonNode node) {
    return new TokenUsage(
        node.path("input").asLong(0),
        node.path("cached_input").asLong(0),
        node.path("cache_write").asLong(0),
        node.path("output").asLong(0),
        node.path("reasoning").asLong(0));
  }

  private static Timings timings(JsonNode node) {
    return new Timings(
        JsonFields.millis(node, "first_content_ms"),
        JsonFields.millis(node, "total_ms").orElse(Duration.ZERO),
        JsonFields.millis(node, "added_ms").orElse(Duration.ZERO));
  }

  private List<Attempt> attempts() {
    List<Attempt> attempts = new ArrayList<>();
    for (JsonNode node : fields.path("attempts")) {
      attempts.add(
          new Attempt(
              JsonFields.text(node, "upstream"),
              JsonFields.text(node, "model"),
              JsonFields.millis(node, "start_ms").orElse(Duration.ZERO),
              JsonFields.millis(node, "length_ms").orElse(Duration.ZERO),
              node.path("status").isNumber()
                  ? Optional.of(node.path("status").asInt())
                  : Optional.empty(),
              JsonFields.optional(node, "error"),
              JsonFields.optional(node, "message")));
    }
    return attempts;
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    fields.path("headers").forEachEntry((name, value) -> headers.put(name, value.asString("")));
    return headers;
  }

  private Map<String, JsonNode> extra() {
    Map<String, JsonNode> extra = new LinkedHashMap<>();
    fields.path("extra").forEachEntry(extra::put);
    fields.forEachEntry(
        (name, value) -> {
          if (!NAMED.contains(name)) {
            extra.put(name, value);
          }
        });
    return extra;
  }
}
