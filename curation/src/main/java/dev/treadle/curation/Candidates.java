package dev.treadle.curation;

import dev.treadle.transcript.Candidate;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The answers of a comparison that can be ranked: those with a message and a score. */
final class Candidates {
  private Candidates() {}

  /** An answer with its score, 0 to 1. */
  record Scored(String model, Message.Assistant message, double score) {}

  /** In the order of the comparison, without failures and what could not be scored. */
  static List<Scored> scored(Comparison comparison) {
    List<Scored> scored = new ArrayList<>();
    for (Candidate it : comparison.candidates()) {
      double score = it.score().orElse(-1.0);
      if (it.error().isEmpty() && it.message().isPresent() && score >= 0) {
        scored.add(new Scored(it.model(), it.message().get(), score));
      }
    }
    return scored;
  }

  /** The first of the highest score. */
  static Optional<Scored> best(List<Scored> scored) {
    return scored.stream().max(byScore().thenComparing(firstIn(scored)));
  }

  /** The first of the lowest score. */
  static Optional<Scored> worst(List<Scored> scored) {
    return scored.stream().min(byScore().thenComparing(firstIn(scored).reversed()));
  }

  private static Comparator<Scored> byScore() {
    return Comparator.comparingDouble(Scored::score);
  }

  private static Comparator<Scored> firstIn(List<Scored> scored) {
    return Comparator.<Scored>comparingInt(scored::indexOf).reversed();
  }
}
