package dev.treadle.training.serving;

import java.util.List;

/** Who an answer is written for. */
public interface Receiver {
  /**
   * More of the answer.
   *
   * @param text in whole characters; may be empty at the end
   * @param chances of the tokens since the last call, if they were asked for
   */
  void more(String text, List<TokenChance> chances);

  /** Whether nobody waits for more: asked before each token. */
  boolean isDone();
}
