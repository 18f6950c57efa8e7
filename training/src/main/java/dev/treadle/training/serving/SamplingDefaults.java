package dev.treadle.training.serving;

/** How a model samples where a request says nothing. */
public record SamplingDefaults(double temperature, double topP, int topK) {
  /** The highest temperature that requests may ask for, as with OpenAI. */
  public static final double HOTTEST = 2;
}
