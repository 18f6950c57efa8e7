package dev.treadle.training.serving;

/**
 * How a token is chosen among all.
 *
 * @param temperature 0: always the likeliest
 * @param topP only the likeliest that have this share together; 1: all
 * @param topK only so many of the likeliest; 0: all
 * @param seed what all that is drawn follows from
 */
public record Sampling(double temperature, double topP, int topK, long seed) {
  /** The likeliest token each time. */
  public static final Sampling GREEDY = new Sampling(0, 1, 0, 0);

  public Sampling {
    if (!(temperature >= 0 && temperature <= 100) || !(topP > 0 && topP <= 1) || topK < 0) {
      throw new IllegalArgumentException(
          "no way to sample: temperature " + temperature + ", top_p " + topP + ", top_k " + topK);
    }
  }
}
