package dev.treadle.training.tokens;

import java.util.Arrays;

/**
 * Makes text of tokens as they come, in whole characters: a token can be half an emoji, and is held
 * back until the rest is there. Special tokens are left out.
 */
public final class Detokenizer {
  /** No character has more bytes than 4: what is held back longer will never be one. */
  private static final int LONGEST = 8;

  private static final String BROKEN = "\uFFFD";

  private final Tokenizer tokenizer;

  /** What was said last: some tokenizers write a token otherwise at the beginning of a text. */
  private int[] said = {};

  private int[] held = {};

  public Detokenizer(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The text that is complete with one more token; often empty. */
  public String add(int token) {
    if (token < 0 || token >= tokenizer.size() || tokenizer.isSpecial(token)) {
      return "";
    }
    held = Arrays.copyOf(held, held.length + 1);
    held[held.length - 1] = token;
    String text = text();
    return text.isEmpty() || (text.endsWith(BROKEN) && held.length < LONGEST) ? "" : say(text);
  }

  /** What was held back: the last character may be broken. */
  public String end() {
    return held.length == 0 ? "" : say(text());
  }

  private String text() {
    int[] both = Arrays.copyOf(said, said.length + held.length);
    System.arraycopy(held, 0, both, said.length, held.length);
    String before = said.length == 0 ? "" : tokenizer.decode(said);
    String after = tokenizer.decode(both);
    return after.length() > before.length() ? after.substring(before.length()) : "";
  }

  private String say(String text) {
    said = held;
    held = new int[0];
    return text;
  }
}
