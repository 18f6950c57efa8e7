package dev.treadle.training.llama;

/**
 * A whole answer.
 *
 * @param tokens of the answer, counted by encoding its text again: a model may have written the
 *     same text in others
 */
public record LlamaAnswer(String text, End end, int promptTokens, int tokens) {
  /** Why it is over. */
  public enum End {
    /** The model ended it, or a stop text came. */
    STOP,
    /** It reached the limit, or the end of the context. */
    LENGTH,
    /** Whoever listened did not want more. */
    CANCELLED
  }
}
