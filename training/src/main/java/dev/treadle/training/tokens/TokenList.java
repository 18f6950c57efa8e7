package dev.treadle.training.tokens;

import java.util.Arrays;

/** Tokens and their marks while they are being put together. */
final class TokenList {
  private int[] tokens = new int[256];
  private boolean[] targets = new boolean[256];
  private int length;

  void add(int[] more, boolean areTargets) {
    if (length + more.length > tokens.length) {
      int capacity = Math.max(2 * tokens.length, length + more.length);
      tokens = Arrays.copyOf(tokens, capacity);
      targets = Arrays.copyOf(targets, capacity);
    }
    System.arraycopy(more, 0, tokens, length, more.length);
    Arrays.fill(targets, length, length + more.length, areTargets);
    length += more.length;
  }

  int[] tokens() {
    return Arrays.copyOf(tokens, length);
  }

  /** What was added; the first token is predicted from nothing and no target. */
  Sequence sequence() {
    boolean[] marks = Arrays.copyOf(targets, length);
    marks[0] = false;
    return new Sequence(Arrays.copyOf(tokens, length), marks);
  }
}
