package dev.treadle.training.serving;

/**
 * How an answer came to its end.
 *
 * @param promptTokens that it was written after
 * @param cachedTokens how many of them were known from the request before
 * @param tokens of the answer, with the one that ended it
 */
public record Generated(Finish finish, int promptTokens, int cachedTokens, int tokens) {
  /** Why there is no more. */
  public enum Finish {
    /** The model ended, or a stop text came. */
    STOP,
    /** It has as many tokens as were wanted, or the context is full. */
    LENGTH,
    /** Nobody waits any more. */
    DONE
  }
}
