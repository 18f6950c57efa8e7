package dev.treadle.training.tokens;

import java.util.Arrays;

/**
 * What a model is trained on: tokens, and which of them it must learn to say. The arrays are the
 * caller's no more; nobody changes them.
 *
 * @param tokens their numbers, at least one
 * @param targets whether the token there counts in the loss, predicted from all before it; the
 *     first is predicted from nothing and never counts
 */
@SuppressWarnings("ArrayRecordComponent") // There are millions of tokens; equal by contents.
public record Sequence(int[] tokens, boolean[] targets) {
  public Sequence {
    if (tokens.length == 0 || tokens.length != targets.length || targets[0]) {
      throw new IllegalArgumentException(
          "no sequence: " + tokens.length + " tokens, " + targets.length + " marks");
    }
  }

  /** How many tokens it has. */
  public int length() {
    return tokens.length;
  }

  /** How many of its tokens count in the loss. */
  public int targetCount() {
    int count = 0;
    for (boolean it : targets) {
      count += it ? 1 : 0;
    }
    return count;
  }

  /** Its first {@code length} tokens. */
  Sequence beginning(int length) {
    return new Sequence(Arrays.copyOf(tokens, length), Arrays.copyOf(targets, length));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sequence it
        && Arrays.equals(tokens, it.tokens)
        && Arrays.equals(targets, it.targets);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(tokens) + Arrays.hashCode(targets);
  }

  @Override
  public String toString() {
    return "Sequence[" + tokens.length + " tokens, " + targetCount() + " targets]";
  }
}
