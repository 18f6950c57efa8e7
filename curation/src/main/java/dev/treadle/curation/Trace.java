package dev.treadle.curation;

import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleId;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * A few examples of each decision: those with the smallest ids, so that the same run shows the same
 * ones.
 */
final class Trace {
  private static final int SAMPLES = 5;
  private static final int EXCERPT = 160;

  private final Map<String, TreeMap<ExampleId, ObjectNode>> samples = new TreeMap<>();

  void note(String stage, Example example, String decision, String detail, String kept) {
    TreeMap<ExampleId, ObjectNode> of =
        samples.computeIfAbsent(stage + "\n" + decision, _ -> new TreeMap<>());
    ExampleId id = example.header().id();
    if (of.size() == SAMPLES && of.lastKey().compareTo(id) < 0) {
      return;
    }
    ObjectNode sample = Json.object();
    sample.put("stage", stage).put("decision", decision).put("id", id.value());
    sample.put("source", example.header().source().key());
    if (!detail.isEmpty()) {
      sample.put("detail", detail);
    }
    if (!kept.isEmpty()) {
      sample.put("kept", kept);
    }
    sample.put("text", excerpt(example));
    of.put(id, sample);
    if (of.size() > SAMPLES) {
      of.pollLastEntry();
    }
  }

  List<ObjectNode> lines() {
    List<ObjectNode> lines = new ArrayList<>();
    samples.values().forEach(of -> lines.addAll(of.values()));
    return lines;
  }

  /** The beginning of what the person said. */
  static String excerpt(Example example) {
    for (Message message : example.messages()) {
      if (message instanceof Message.User user) {
        String text = user.content().plainText().replaceAll("\\s+", " ").strip();
        return text.codePointCount(0, text.length()) <= EXCERPT
            ? text
            : text.substring(0, text.offsetByCodePoints(0, EXCERPT)) + "…";
      }
    }
    return "";
  }
}
