package dev.treadle.measure.score;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Questions whose answers are known. A question is found again however it is spaced or cased. */
public final class GoldenSet {
  public static final GoldenSet EMPTY = new GoldenSet(List.of());

  private final Map<String, Known> byQuestion = new HashMap<>();

  /**
   * A question with its answer.
   *
   * @param method absent: the one that fits the reference
   */
  public record Known(String question, String reference, Optional<Method> method) {}

  /** Of two answers to a question the last counts. */
  public GoldenSet(List<Known> all) {
    all.forEach(it -> byQuestion.put(key(it.question()), it));
  }

  /** How many questions there are. */
  public int size() {
    return byQuestion.size();
  }

  public Optional<Known> find(String question) {
    return Optional.ofNullable(byQuestion.get(key(question)));
  }

  private static String key(String question) {
    String width = Normalizer.normalize(question, Normalizer.Form.NFKC);
    return String.join(" ", width.toLowerCase(Locale.ROOT).strip().split("\\s+", -1));
  }
}
