package dev.treadle.routing;

import java.util.Optional;

/**
 * What a policy is told of the conversation that a request belongs to.
 *
 * @param last who answered its last turn
 * @param isLocked whether only that one can go on, as state of the conversation is kept there
 * @param cachedTokens how much of the prompt its cache is expected to hold
 */
public record SessionState(Optional<Target> last, boolean isLocked, long cachedTokens) {
  /** Of a conversation that begins, or of which nothing is known. */
  public static final SessionState EMPTY = new SessionState(Optional.empty(), false, 0);

  public SessionState {
    if (cachedTokens < 0) {
      throw new IllegalArgumentException("a cache holds no fewer than 0 tokens: " + cachedTokens);
    }
  }
}
