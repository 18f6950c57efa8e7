package dev.treadle.transcript;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What every example has, whatever its kind.
 *
 * @param digest absent until the example was taken into a lake
 * @param task the task type, such as {@code bug_fixing}
 * @param language of the texts, as an ISO 639-1 code
 * @param scores by name
 * @param labels short facts by name, such as {@code project}
 * @param lineage the stages that it went through, in order
 * @param extra what the source said and no field names, by the source's own key
 */
public record Header(
    ExampleId id,
    Optional<Digest> digest,
    Source source,
    Optional<ThinkingState> thinking,
    Optional<String> task,
    Optional<String> language,
    Map<String, Score> scores,
    Map<String, JsonNode> labels,
    List<LineageStep> lineage,
    Map<String, JsonNode> extra) {

  public Header {
    scores = Json.copy(scores);
    labels = Json.copy(labels);
    lineage = List.copyOf(lineage);
    extra = Json.copy(extra);
  }

  /** The header of a new example, with its id made from the source. */
  public static Header of(Source source) {
    return new Header(
        ExampleId.of(source.system(), source.key()),
        Optional.empty(),
        source,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        List.of(),
        Map.of());
  }

  public Header withDigest(Digest digest) {
    return new Header(
        id, Optional.of(digest), source, thinking, task, language, scores, labels, lineage, extra);
  }

  public Header withThinking(ThinkingState thinking) {
    return new Header(
        id, digest, source, Optional.of(thinking), task, language, scores, labels, lineage, extra);
  }

  public Header withLanguage(String language) {
    return new Header(
        id, digest, source, thinking, task, Optional.of(language), scores, labels, lineage, extra);
  }

  public Header withLabels(Map<String, JsonNode> labels) {
    return new Header(id, digest, source, thinking, task, language, scores, labels, lineage, extra);
  }

  public Header withExtra(Map<String, JsonNode> extra) {
    return new Header(id, digest, source, thinking, task, language, scores, labels, lineage, extra);
  }

  public Header withLineage(List<LineageStep> lineage) {
    return new Header(id, digest, source, thinking, task, language, scores, labels, lineage, extra);
  }

  /**
   * A stage that an example went through.
   *
   * @param version of the stage's code
   * @param parameters {@code sha256:} and the hash of its parameters
   */
  public record LineageStep(String stage, int version, String parameters) {}
}
