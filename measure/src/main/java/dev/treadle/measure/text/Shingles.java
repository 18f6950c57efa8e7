package dev.treadle.measure.text;

import java.util.Arrays;

/**
 * The shingles of a text: 64-bit hashes of every run of {@value #WIDTH} tokens.
 *
 * <p>A token is a word (a run of letters and digits) in scripts that put blanks between words, and
 * a single character in those that do not (Chinese, Japanese, Thai, …), so that one rule serves
 * mixed text. Punctuation parts words and is not compared. A text of fewer tokens is one shingle of
 * all of them, and is like another only when their tokens are equal; a text without any token is
 * one shingle of its characters.
 */
public final class Shingles {
  /** Tokens in a shingle. */
  public static final int WIDTH = 5;

  private static final long START = 0x9E3779B97F4A7C15L;
  private static final long STEP = 0xD1342543DE82EF95L;
  private static final long[] PLACES = {
    0xBF58476D1CE4E5B9L,
    0x94D049BB133111EBL,
    0xD6E8FEB86659FD93L,
    0xA0761D6478BD642FL,
    0xE7037ED1A0B428DBL
  };

  /** What a character is to the tokenizer; one byte for each of the first plane. */
  private static final byte[] KINDS = new byte[1 << 16];

  private static final byte GAP = 0;
  private static final byte WORD = 1;
  private static final byte ALONE = 2;

  static {
    for (int c = 0; c < KINDS.length; c++) {
      KINDS[c] = kind(c);
    }
  }

  private long[] hashes;
  private int count;

  private Shingles(int capacity) {
    hashes = new long[capacity];
  }

  /** Hashes of the distinct shingles of a text, ascending. */
  public static long[] of(CharSequence text) {
    Shingles shingles = ofNormal(NormalText.of(text));
    long[] sorted = Arrays.copyOf(shingles.hashes, shingles.count);
    Arrays.sort(sorted);
    int distinct = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        sorted[distinct++] = sorted[i];
      }
    }
    return Arrays.copyOf(sorted, distinct);
  }

  /**
   * Jaccard similarity of two sets as {@link #of} gives them: what they share, divided by what
   * either has. Two empty sets are alike (1).
   */
  public static double jaccard(long[] a, long[] b) {
    int shared = 0;
    for (int i = 0, j = 0; i < a.length && j < b.length; ) {
      if (a[i] == b[j]) {
        shared++;
        i++;
        j++;
      } else if (a[i] < b[j]) {
        i++;
      } else {
        j++;
      }
    }
    int either = a.length + b.length - shared;
    return either == 0 ? 1 : (double) shared / either;
  }

  /** Shingles in the order of the text, repeated ones included. */
  static Shingles ofNormal(String normal) {
    Shingles shingles = new Shingles(normal.length() / 4 + 8);
    long[] window = new long[WIDTH];
    int tokens = 0;
    long word = START;
    for (int i = 0; i < normal.length(); i++) {
      char c = normal.charAt(i);
      byte kind = KINDS[c];
      if (kind == WORD) {
        word = (word ^ c) * STEP;
        continue;
      }
      if (word != START) {
        shingles.push(window, tokens++, word);
        word = START;
      }
      if (kind == ALONE) {
        shingles.push(window, tokens++, (START ^ c) * STEP);
      }
    }
    if (word != START) {
      shingles.push(window, tokens++, word);
    }
    if (tokens < WIDTH) {
      shingles.addWhole(normal, window, tokens);
    }
    return shingles;
  }

  private void push(long[] window, int tokens, long token) {
    window[tokens % WIDTH] = token;
    if (tokens >= WIDTH - 1) {
      add(hash(window, tokens + 1));
    }
  }

  /** Hash of the window; the place of a token in the shingle counts, not its place in the ring. */
  private static long hash(long[] window, int oldest) {
    long sum = 0;
    int at = oldest % WIDTH;
    for (int place = 0; place < WIDTH; place++) {
      sum += (window[at] ^ (window[at] >>> 29)) * PLACES[place];
      at = at + 1 == WIDTH ? 0 : at + 1;
    }
    return mixed(sum);
  }

  private void addWhole(String normal, long[] window, int tokens) {
    if (tokens > 0) {
      add(mixed(hash(window, 0) + tokens));
    } else if (!normal.isEmpty()) {
      long hash = START;
      for (int i = 0; i < normal.length(); i++) {
        hash = (hash ^ normal.charAt(i)) * STEP;
      }
      add(mixed(hash));
    }
  }

  private void add(long hash) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, count + (count >> 1) + 8);
    }
    hashes[count++] = hash;
  }

  int count() {
    return count;
  }

  long hash(int index) {
    return hashes[index];
  }

  /** The finalizer of MurmurHash3: every bit of the input changes every bit of the output. */
  static long mixed(long h) {
    h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
    h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return h ^ (h >>> 33);
  }

  /**
   * Whether the character belongs to a word of several, as letters with blanks between words do.
   */
  static boolean isInWord(char c) {
    return KINDS[c] == WORD;
  }

  private static byte kind(int c) {
    if (Character.isSurrogate((char) c)) {
      // Halves of rare Chinese characters and of signs: as good as characters.
      return ALONE;
    }
    if (!Character.isLetterOrDigit(c)
        && c != '_'
        && Character.getType(c) != Character.NON_SPACING_MARK) {
      return GAP;
    }
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, BOPOMOFO, YI, THAI, LAO, KHMER, MYANMAR, TIBETAN -> ALONE;
      default -> WORD;
    };
  }
}
