package dev.treadle.training.serving;

import java.util.List;
import java.util.OptionalInt;

/**
 * How an answer is to be written.
 *
 * @param maxTokens of it; what the context leaves, if that is less
 * @param stops texts that end it, and are no part of it
 * @param chances how many likely others are told of each token; nothing: no likelihoods at all
 */
public record Generation(
    int maxTokens, Sampling sampling, List<String> stops, OptionalInt chances) {
  public Generation {
    stops = List.copyOf(stops);
    if (maxTokens < 1 || stops.contains("") || chances.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "at least one token is generated, and no stop text is empty");
    }
  }
}
