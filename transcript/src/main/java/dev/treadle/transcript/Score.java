package dev.treadle.transcript;

import java.util.Map;

/**
 * A number that a stage gave.
 *
 * @param parts what it was made from, by name
 * @param version of the scorer
 */
public record Score(double value, Map<String, Double> parts, int version) {
  public Score {
    parts = Json.copy(parts);
  }
}
