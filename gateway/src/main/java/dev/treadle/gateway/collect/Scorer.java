package dev.treadle.gateway.collect;

import dev.treadle.measure.score.Judgement;

/** Says how good an answer is. */
public interface Scorer {
  /** Judges one answer; a failure is a judgement without a score. */
  Judgement judge(String question, String answer);
}
