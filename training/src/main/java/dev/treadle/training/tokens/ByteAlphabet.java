package dev.treadle.training.tokens;

import java.nio.charset.StandardCharsets;

/**
 * The letters that byte-level tokenizers write bytes with, since GPT-2: visible ones stand for
 * themselves, the other 68 for U+0100 and following. In the order of the letters they are the first
 * 256 tokens.
 */
final class ByteAlphabet {
  static final int SIZE = 256;

  private static final char[] LETTER = new char[SIZE];
  private static final int[] TOKEN = new int[SIZE];
  private static final char[] LETTER_OF_TOKEN = new char[SIZE];

  static {
    int hidden = 0;
    for (int it = 0; it < SIZE; it++) {
      boolean isVisible =
          (it >= '!' && it <= '~') || (it >= 0xa1 && it <= 0xac) || (it >= 0xae && it <= 0xff);
      LETTER[it] = (char) (isVisible ? it : SIZE + hidden++);
    }
    for (int it = 0; it < SIZE; it++) {
      int smaller = 0;
      for (char other : LETTER) {
        smaller += other < LETTER[it] ? 1 : 0;
      }
      TOKEN[it] = smaller;
      LETTER_OF_TOKEN[smaller] = LETTER[it];
    }
  }

  private ByteAlphabet() {}

  /** The tokens of a word's bytes. */
  static int[] tokens(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = TOKEN[bytes[i] & 0xff];
    }
    return tokens;
  }

  /** The letter that the vocabulary writes one of the first 256 tokens with. */
  static String letter(int token) {
    return String.valueOf(LETTER_OF_TOKEN[token]);
  }
}
