package dev.treadle.transcript.dialect;

import java.util.List;
import java.util.Optional;

/**
 * How the answer is drawn, as far as both wire APIs know it.
 *
 * @param maxTokens the most tokens of the answer
 * @param stop texts that end it
 */
public record Sampling(
    Optional<Long> maxTokens,
    Optional<Double> temperature,
    Optional<Double> topP,
    List<String> stop) {
  public Sampling {
    stop = List.copyOf(stop);
  }
}
