package dev.treadle.curation;

import dev.treadle.transcript.Feedback;
import dev.treadle.transcript.Header;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.Score;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.StringNode;

/**
 * Puts what people said of a conversation into its header: the mean of scores as {@code
 * scores.feedback}, the share of thumbs up as {@code scores.thumbs} and in a word as the label
 * {@code thumbs}, labels by their names, comments into {@code extra}.
 */
final class Opinions {
  private static final int VERSION = 1;

  private Opinions() {}

  static Header with(Header header, List<Feedback> said) {
    if (said.isEmpty()) {
      return header;
    }
    Map<String, Score> scores = new LinkedHashMap<>(header.scores());
    Map<String, JsonNode> labels = new LinkedHashMap<>(header.labels());
    Map<String, JsonNode> extra = new LinkedHashMap<>(header.extra());
    mean(said.stream().flatMap(it -> it.score().stream()).mapToDouble(it -> it).average())
        .ifPresent(score -> scores.put("feedback", score));
    mean(said.stream()
            .flatMap(it -> it.thumbsUp().stream())
            .mapToDouble(it -> it ? 1 : 0)
            .average())
        .ifPresent(
            score -> {
              scores.put("thumbs", score);
              labels.put("thumbs", StringNode.valueOf(word(score.value())));
            });
    ArrayNode comments = Json.array();
    for (Feedback it : said) {
      it.labels().forEach(labels::putIfAbsent);
      it.comment().ifPresent(comments::add);
    }
    if (!comments.isEmpty()) {
      extra.put("comments", comments);
    }
    return new Header(
        header.id(),
        header.digest(),
        header.source(),
        header.thinking(),
        header.task(),
        header.language(),
        scores,
        labels,
        header.lineage(),
        extra);
  }

  private static Optional<Score> mean(OptionalDouble value) {
    return value.isPresent()
        ? Optional.of(new Score(value.getAsDouble(), Map.of(), VERSION))
        : Optional.empty();
  }

  private static String word(double share) {
    if (share == 1) {
      return "up";
    }
    return share == 0 ? "down" : "mixed";
  }
}
