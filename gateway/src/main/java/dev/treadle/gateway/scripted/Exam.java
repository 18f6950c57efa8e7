package dev.treadle.gateway.scripted;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Questions with known answers, and how good a scripted upstream is at each subject. Which
 * questions it gets right follows from the question and the script's seed.
 *
 * @param items in any order; of two with the same question the last counts
 * @param strengths probability of a right answer by subject; others: the script's strength
 */
public record Exam(List<Item> items, Map<String, Double> strengths) {
  static final Exam NONE = new Exam(List.of(), Map.of());

  /**
   * A question.
   *
   * @param reference the right answer
   * @param wrong what is said by who does not know it
   * @param subject a word; empty for none
   */
  public record Item(String question, String reference, String wrong, String subject) {
    public Item {
      question = question.strip();
      if (question.isEmpty()) {
        throw ScriptError.SCRIPT_INVALID.because("an exam has a question without words");
      }
    }
  }

  public Exam {
    items = List.copyOf(items);
    strengths = Map.copyOf(strengths);
    for (Map.Entry<String, Double> strength : strengths.entrySet()) {
      if (!(strength.getValue() >= 0 && strength.getValue() <= 1)) {
        throw ScriptError.SCRIPT_INVALID.because(
            "strengths." + strength.getKey() + " must be 0 to 1: got " + strength.getValue());
      }
    }
  }

  /** The items by their questions. */
  Map<String, Item> byQuestion() {
    Map<String, Item> found = new HashMap<>(items.size() * 2);
    items.forEach(it -> found.put(it.question(), it));
    return found;
  }

  double strength(Item item, double otherwise) {
    return Optional.ofNullable(strengths.get(item.subject())).orElse(otherwise);
  }
}
