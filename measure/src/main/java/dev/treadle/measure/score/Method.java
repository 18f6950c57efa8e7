package dev.treadle.measure.score;

import java.util.Locale;
import java.util.Optional;

/** A way to judge an answer. */
public enum Method {
  /** The same words, but for case, blanks, width, and punctuation around them. */
  EXACT,
  /** The same letters of a list of options. */
  MULTIPLE_CHOICE,
  /** The same number, in whatever way it is written, with its unit. */
  NUMERIC,
  /** The same expression, equation, set, tuple or interval. */
  MATHEMATICAL,
  /** The longest common subsequence with a reference. */
  ROUGE_L,
  /** Tests that are run. */
  CODE,
  /** A model that judges. */
  JUDGE;

  /** The name in requests and judgements. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The method of that name. */
  public static Optional<Method> ofWire(String wire) {
    for (Method method : values()) {
      if (method.wire().equals(wire)) {
        return Optional.of(method);
      }
    }
    return Optional.empty();
  }
}
