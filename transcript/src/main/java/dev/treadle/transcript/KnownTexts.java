package dev.treadle.transcript;

import java.util.Arrays;

/**
 * The latest short texts, in quotes as they were written, that are JSON and that a filter left
 * alone. The names of fields come with every record, and much of what stands in them: comparing the
 * bytes is several times cheaper than making a text of them and asking again. For one thread.
 *
 * <p>A table in which a text has one place, by its hash: whoever makes texts that share a place
 * loses what it saves, and nothing else.
 */
final class KnownTexts {
  /** In bytes, with the quotes. */
  private static final int LONGEST = 256;

  private static final int PLACES = 1 << 12;
  private static final int NONE = -1;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  private final byte[][] texts = new byte[PLACES][];

  /** Of the text that was asked for last. */
  private int place = NONE;

  /** The place behind the text whose opening quote is at {@code quote}, if it is known; else -1. */
  int behind(byte[] in, int quote) {
    place = NONE;
    int end = Math.min(in.length, quote + LONGEST);
    long hash = 0;
    for (int i = quote + 1; i + Long.BYTES <= end; i += Long.BYTES) {
      long word = ByteWords.at(in, i);
      long found = ByteWords.equal(word, '"') | ByteWords.equal(word, '\\');
      if (found != 0) {
        int length = ByteWords.first(found);
        long rest = word & ((1L << (8 * length)) - 1);
        return in[i + length] == '"' ? found(in, quote, i + length + 1, mixed(hash, rest)) : NONE;
      }
      hash = mixed(hash, word);
    }
    return NONE;
  }

  private static long mixed(long hash, long word) {
    long mixed = (hash ^ word) * MIX;
    return mixed ^ (mixed >>> 32);
  }

  private int found(byte[] in, int quote, int behind, long hash) {
    place = (int) hash & (PLACES - 1);
    byte[] text = texts[place];
    return text != null && Arrays.equals(text, 0, text.length, in, quote, behind) ? behind : NONE;
  }

  /** The text that was asked for last is one to be known. */
  void add(byte[] in, int quote, int length) {
    if (place != NONE) {
      texts[place] = Arrays.copyOfRange(in, quote, quote + length);
    }
  }
}
