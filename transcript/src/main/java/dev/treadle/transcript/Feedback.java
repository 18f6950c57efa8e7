package dev.treadle.transcript;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/**
 * What somebody said of an answer or of a conversation. A record of the lake's stream {@code
 * feedback}. It names an exchange or a conversation, and judges it in at least one way.
 *
 * @param id {@code fb_} and 26 digits of Crockford's base 32: {@link #newId}
 * @param exchange the id of the exchange whose answer is meant
 * @param conversation the conversation that is meant
 * @param subject pseudonym of whoever said it
 * @param score from 0 to 1
 * @param correction the better answer's text
 * @param demonstration the better answer with all that led to it
 * @param labels short facts by name
 */
public record Feedback(
    String id,
    Instant time,
    Optional<String> exchange,
    Optional<String> conversation,
    Optional<String> subject,
    Optional<Double> score,
    Optional<Boolean> thumbsUp,
    Optional<String> correction,
    Optional<List<Message>> demonstration,
    Optional<String> comment,
    Map<String, JsonNode> labels) {
  static final String PREFIX = "fb_";

  public Feedback {
    SortableId.check(PREFIX, id);
    demonstration = demonstration.map(List::copyOf);
    labels = Json.copy(labels);
    if (exchange.isEmpty() && conversation.isEmpty()) {
      throw new IllegalArgumentException("feedback names an exchange or a conversation");
    }
    if (score.isPresent() && !(score.get() >= 0 && score.get() <= 1)) {
      throw new IllegalArgumentException("a score is from 0 to 1: " + score.get());
    }
    if (score.isEmpty()
        && thumbsUp.isEmpty()
        && correction.isEmpty()
        && demonstration.isEmpty()
        && comment.isEmpty()
        && labels.isEmpty()) {
      throw new IllegalArgumentException(
          "feedback has a score, a thumb, a correction, a demonstration, a comment or a label");
    }
  }

  /** A new id, which sorts by time. */
  public static String newId(Instant time, RandomGenerator random) {
    return SortableId.of(PREFIX, time, random);
  }
}
