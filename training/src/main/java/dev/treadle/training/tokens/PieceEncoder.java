package dev.treadle.training.tokens;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Encodes the texts of one conversation, each piece between two added tokens once, however often it
 * is shown again.
 */
final class PieceEncoder {
  private final Tokenizer tokenizer;
  private final Map<String, int[]> known = new HashMap<>();

  PieceEncoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * A prompt and the answer to it.
   *
   * @param isWhole whether both together are the tokens of the whole text; else one token reaches
   *     over the boundary, and was parted there
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Answer(int[] prompt, int[] answer, boolean isWhole) {}

  /**
   * The tokens of {@code prompt} as serving sees them, and those of {@code answer} after it.
   *
   * @return nothing if the two cannot be parted
   */
  Optional<Answer> answer(String prompt, String answer) {
    if (!tokenizer.isSplittable()) {
      int[] begin = tokenizer.encode(prompt);
      return after(begin, tokenizer.encode(prompt + answer)).map(it -> new Answer(begin, it, true));
    }
    int tail =
        tokenizer.added().all(prompt).stream().mapToInt(AddedTokens.Found::end).max().orElse(0);
    int head =
        tokenizer.added().first(answer, 0).map(AddedTokens.Found::begin).orElse(answer.length());
    int[] begin = tokens(prompt.substring(tail));
    Optional<int[]> whole =
        after(begin, tokens(prompt.substring(tail) + answer.substring(0, head)));
    int[] first = whole.orElseGet(() -> tokens(answer.substring(0, head)));
    return Optional.of(
        new Answer(
            joined(tokens(prompt.substring(0, tail)), begin),
            joined(first, tokens(answer.substring(head))),
            whole.isPresent()));
  }

  /** The tokens of a text that begins after an added token, or at the beginning. */
  private int[] tokens(String text) {
    TokenList tokens = new TokenList();
    int from = 0;
    for (AddedTokens.Found it : tokenizer.added().all(text)) {
      tokens.add(piece(text.substring(from, it.begin())), false);
      tokens.add(new int[] {it.token().id()}, false);
      from = it.end();
    }
    tokens.add(piece(text.substring(from)), false);
    return tokens.tokens();
  }

  private int[] piece(String text) {
    return known.computeIfAbsent(text, tokenizer::encode);
  }

  private static Optional<int[]> after(int[] begin, int[] whole) {
    return whole.length >= begin.length
            && Arrays.equals(begin, 0, begin.length, whole, 0, begin.length)
        ? Optional.of(Arrays.copyOfRange(whole, begin.length, whole.length))
        : Optional.empty();
  }

  private static int[] joined(int[] left, int[] right) {
    int[] joined = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, joined, left.length, right.length);
    return joined;
  }
}
