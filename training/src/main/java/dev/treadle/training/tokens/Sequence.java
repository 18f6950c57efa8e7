package dev.treadle.training.tokens;

/**
 * What a model is trained on: tokens, and which of them it must learn to say.
 *
 * @param targets whether each token counts in the loss, as it is foretold from those before it; the
 *     first never does
 */
public record Sequence(int[] tokens, boolean[] targets) {
  public Sequence {
    if (tokens.length != targets.length || (targets.length > 0 && targets[0])) {
      throw new IllegalArgumentException("targets do not fit the tokens");
    }
  }

  public int length() {
    return tokens.length;
  }

  /** How many tokens count in the loss. */
  public int targetCount() {
    int count = 0;
    for (boolean it : targets) {
      count += it ? 1 : 0;
    }
    return count;
  }
}
