package dev.treadle.measure.score;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Whose answer to a question was the best, and what the question is labelled with for that. */
public sealed interface BestAnswer {
  /** One label's models were the best. */
  record Of(String model, String label, double score) implements BestAnswer {}

  /** Why there is no label. */
  enum None implements BestAnswer {
    /** Nothing was scored. */
    NO_SCORE,
    /** Even the best answer was too bad. */
    LOW_SCORE,
    /** Models of several labels were the best. */
    TIE
  }

  /**
   * Finds it.
   *
   * @param scores by model, 0 to 1; another number where an answer could not be scored
   * @param label of a model
   * @param minimum that the best answer must have
   * @param tie scores no farther apart than this are equal
   */
  static BestAnswer among(
      Map<String, Double> scores, UnaryOperator<String> label, double minimum, double tie) {
    List<Map.Entry<String, Double>> ranked =
        scores.entrySet().stream()
            .filter(it -> it.getValue() >= 0 && it.getValue() <= 1)
            .sorted(
                Comparator.comparingDouble((Map.Entry<String, Double> it) -> -it.getValue())
                    .thenComparing(Map.Entry.comparingByKey()))
            .toList();
    if (ranked.isEmpty()) {
      return None.NO_SCORE;
    }
    double score = ranked.getFirst().getValue();
    if (score < minimum) {
      return None.LOW_SCORE;
    }
    Of best = new Of(ranked.getFirst().getKey(), label.apply(ranked.getFirst().getKey()), score);
    boolean isTie =
        ranked.stream()
            .filter(it -> score - it.getValue() <= tie)
            .anyMatch(it -> !label.apply(it.getKey()).equals(best.label()));
    return isTie ? None.TIE : best;
  }
}
