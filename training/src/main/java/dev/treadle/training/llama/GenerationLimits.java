package dev.treadle.training.llama;

import java.util.List;

/**
 * How an answer is drawn and when it ends.
 *
 * @param maxTokens of the answer
 * @param temperature 0: always the likeliest token
 * @param topP only the likeliest tokens that together have this probability are drawn from
 * @param seed of what is drawn
 * @param stops texts that end the answer and are no part of it
 */
public record GenerationLimits(
    int maxTokens, double temperature, double topP, long seed, List<String> stops) {
  private static final int MAX_STOPS = 64;
  private static final double MAX_TEMPERATURE = 100;

  public GenerationLimits {
    stops = List.copyOf(stops);
    if (maxTokens < 1
        || !(temperature >= 0 && temperature <= MAX_TEMPERATURE)
        || !(topP > 0 && topP <= 1)
        || stops.size() > MAX_STOPS
        || stops.contains("")) {
      throw new IllegalArgumentException(
          "no limits of an answer: %d tokens, temperature %s, top_p %s, %d stops"
              .formatted(maxTokens, temperature, topP, stops.size()));
    }
  }

  /** The likeliest token every time. */
  public static GenerationLimits greedy(int maxTokens) {
    return new GenerationLimits(maxTokens, 0, 1, 0, List.of());
  }
}
