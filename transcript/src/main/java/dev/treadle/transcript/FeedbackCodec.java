package dev.treadle.transcript;

import dev.treadle.transcript.ExchangeCodec.TextFilter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Feedback to and from one line of JSON: one flat object, absent fields left out. The schema is
 * {@code docs/records/feedback.schema.json}. Unknown fields are read into {@link Feedback#labels};
 * the line's checksum is ignored.
 */
public final class FeedbackCodec {
  /** The version that is written; a line of a newer one is refused. */
  public static final int VERSION = 1;

  private static final Set<String> NAMED =
      Set.of(
          "v",
          "id",
          "time",
          "exchange",
          "conversation",
          "subject",
          "score",
          "thumbs_up",
          "correction",
          "demonstration",
          "comment",
          "labels",
          "crc");

  private FeedbackCodec() {}

  /** One line without its line feed. */
  public static byte[] encode(Feedback feedback) {
    return encode(feedback, TextFilter.NONE);
  }

  /** The same with its texts gone through a filter, but for ids; nothing is moved. */
  public static byte[] encode(Feedback it, TextFilter filter) {
    JsonBytes out = new JsonBytes();
    JsonCopy copy = new JsonCopy(out, filter, (_, _, _) -> {});
    ObjectNode known = Json.object().put("v", VERSION).put("id", it.id());
    known.put("time", it.time().toString());
    it.exchange().ifPresent(id -> known.put("exchange", id));
    it.conversation().ifPresent(id -> known.put("conversation", id));
    it.subject().ifPresent(subject -> known.put("subject", subject));
    it.score().ifPresent(score -> known.put("score", score));
    it.thumbsUp().ifPresent(thumb -> known.put("thumbs_up", thumb));
    out.put(Json.write(known));
    out.truncate(out.length() - 1);
    ObjectNode said = Json.object();
    it.correction().ifPresent(text -> said.put("correction", text));
    it.demonstration().ifPresent(all -> said.set("demonstration", ExampleWriter.tree(all)));
    it.comment().ifPresent(text -> said.put("comment", text));
    if (!it.labels().isEmpty()) {
      said.set("labels", Json.object().setAll(it.labels()));
    }
    said.forEachEntry(
        (name, value) -> {
          out.put(',');
          out.text(name);
          out.put(':');
          copy.copy(Json.write(value));
        });
    out.put('}');
    return out.copy();
  }

  /**
   * The feedback of a line.
   *
   * @throws TreadleException if the line is not one
   */
  public static Feedback decode(byte[] line) {
    JsonNode node = Json.read(line);
    try {
      return read(node);
    } catch (IllegalArgumentException e) {
      throw new TreadleException(
          TranscriptError.NOT_A_FEEDBACK, "not a feedback: " + e.getMessage(), e);
    }
  }

  private static Feedback read(JsonNode node) {
    if (!node.isObject()) {
      throw new IllegalArgumentException("it is not a JSON object");
    }
    int version = node.path("v").asInt(0);
    if (version > VERSION) {
      throw new TreadleException(
          TranscriptError.NEWER_VERSION,
          "this line was written by a newer Treadle (version " + version + "): use that one");
    }
    return new Feedback(
        JsonFields.text(node, "id"),
        JsonFields.time(node, "time"),
        JsonFields.optional(node, "exchange"),
        JsonFields.optional(node, "conversation"),
        JsonFields.optional(node, "subject"),
        node.path("score").isNumber()
            ? Optional.of(node.path("score").asDouble())
            : Optional.empty(),
        node.path("thumbs_up").isBoolean()
            ? Optional.of(node.path("thumbs_up").asBoolean())
            : Optional.empty(),
        JsonFields.optional(node, "correction"),
        demonstration(node),
        JsonFields.optional(node, "comment"),
        labels(node));
  }

  private static Optional<List<Message>> demonstration(JsonNode node) {
    return node.path("demonstration").isArray()
        ? Optional.of(ExampleReader.messages(node, "demonstration"))
        : Optional.empty();
  }

  private static Map<String, JsonNode> labels(JsonNode node) {
    Map<String, JsonNode> labels = new LinkedHashMap<>();
    node.path("labels").forEachEntry(labels::put);
    node.forEachEntry(
        (name, value) -> {
          if (!NAMED.contains(name)) {
            labels.putIfAbsent(name, value);
          }
        });
    return labels;
  }
}
