package dev.treadle.curation.llamafactory;

import java.util.List;
import java.util.OptionalInt;

/**
 * Rough length in tokens, told from characters because no tokenizer is at hand: four characters of
 * an alphabet or 1.4 CJK characters to a token, and eight tokens of markup a turn. Good to about a
 * third either way, so it is a warning and never a verdict.
 */
final class Length {
  private static final double TOKENS_PER_CHAR = 0.25;
  private static final double TOKENS_PER_CJK = 1 / 1.4;
  private static final int TOKENS_PER_TURN = 8;

  private Length() {}

  static void check(List<Turn> turns, OptionalInt cutoffTokens, List<Alteration> alterations) {
    if (cutoffTokens.isEmpty()) {
      return;
    }
    long estimate = 0;
    for (Turn turn : turns) {
      estimate += TOKENS_PER_TURN + tokens(turn.content());
    }
    if (estimate > cutoffTokens.getAsInt()) {
      alterations.add(
          new Alteration(
              Reason.PAST_CUTOFF,
              "about %d tokens by estimate, and what passes cutoff_len %d is cut in silence; raise it or split the row"
                  .formatted(estimate, cutoffTokens.getAsInt())));
    }
  }

  static long tokens(String text) {
    int cjk = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      cjk += (c >= 0x2E80 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFAFF) ? 1 : 0;
    }
    return Math.round(cjk * TOKENS_PER_CJK + (text.length() - cjk) * TOKENS_PER_CHAR);
  }
}
