package dev.treadle.curation;

/**
 * What a user may choose about a rendition.
 *
 * @param thinking where reasoning goes
 * @param blobs puts long parts back
 * @param minimumScore of a comparison's best answer, 0 to 1: below it, the answer is no target
 * @param minimumMargin between the best and the worst answer of a preference pair, 0 to 1
 */
public record RenderOptions(
    Thinking thinking, Blobs blobs, double minimumScore, double minimumMargin) {
  private static final double DEFAULT_SCORE = 0.5;
  private static final double DEFAULT_MARGIN = 0.1;

  public RenderOptions {
    if (!(minimumScore >= 0 && minimumScore <= 1 && minimumMargin >= 0 && minimumMargin <= 1)) {
      throw new IllegalArgumentException(
          "a score and a margin lie between 0 and 1: " + minimumScore + ", " + minimumMargin);
    }
  }

  /** With the default thresholds. */
  public static RenderOptions of(Thinking thinking, Blobs blobs) {
    return new RenderOptions(thinking, blobs, DEFAULT_SCORE, DEFAULT_MARGIN);
  }
}
