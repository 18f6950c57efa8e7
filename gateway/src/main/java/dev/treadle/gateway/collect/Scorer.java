package dev.treadle.gateway.collect;

import java.util.Optional;

/** Says how good an answer is. */
public interface Scorer {
  /** Scores one answer; a failure is a value. */
  Scored score(String question, String answer);

  /**
   * What came of it.
   *
   * @param score 0 to 1, or -1 where there is none
   * @param method how it was scored
   * @param error why there is no score
   */
  record Scored(double score, String method, Optional<String> error) {
    public Scored {
      if (!(score == -1 || (score >= 0 && score <= 1))) {
        throw new IllegalArgumentException("a score is from 0 to 1, or -1: " + score);
      }
    }
  }
}
