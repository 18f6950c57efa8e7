package dev.treadle.measure.score;

/**
 * What an answer is worth.
 *
 * @param score 0 (wrong) to 1 (right); {@link #NONE} where it could not be judged
 * @param method by which it was judged
 * @param explanation for people, one line
 */
public record Judgement(double score, String method, String explanation) {
  /** The score of what could not be judged. */
  public static final double NONE = -1;

  public Judgement {
    if (!(score == NONE || (score >= 0 && score <= 1))) {
      throw new IllegalArgumentException("a score is 0 to 1, or -1 for none: " + score);
    }
  }

  /** It could not be judged. */
  public static Judgement none(String method, String why) {
    return new Judgement(NONE, method, why);
  }

  static Judgement of(boolean isRight, Method method, String explanation) {
    return new Judgement(isRight ? 1 : 0, method.wire(), explanation);
  }

  /** Whether there is a score. */
  public boolean isScored() {
    return score != NONE;
  }
}
