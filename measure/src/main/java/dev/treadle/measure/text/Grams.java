package dev.treadle.measure.text;

import java.util.Arrays;
import java.util.List;

/**
 * The n-grams of one text: hashes of its words and of its characters, and how often each occurs.
 *
 * <p>A word is a run of letters and digits; in scripts that put no blanks between words (Chinese,
 * Japanese, Thai, …) every character is one, so that one rule serves mixed text. A sign is a word
 * too. Counted are words, pairs of neighbours, pairs with one word between them, runs of 2 to 5
 * characters inside a word with its ends marked, and runs of 3 characters where each is a word.
 *
 * <p>Of a text longer than {@value #LIMIT} characters only the first and the last half as many are
 * looked at: what is asked stands at one of the ends.
 */
final class Grams {
  /** Characters of a text that are looked at. */
  static final int LIMIT = 2_000;

  /** Characters of all texts that are kept at once. */
  static final int LIMIT_OF_ALL = 4_000_000;

  /** Characters of a text that are looked at however many there are. */
  static final int LEAST = 40;

  private static final int SHORTEST = 2;
  private static final int LONGEST = 5;
  private static final int RUN = 3;
  private static final long STEP = 0xD1342543DE82EF95L;
  private static final long WORD = 0x9E3779B97F4A7C15L;
  private static final long PAIR = 0xBF58476D1CE4E5B9L;
  private static final long GAPPED = 0x94D049BB133111EBL;
  private static final long CHARACTERS = 0xA0761D6478BD642FL;
  private static final char EDGE = 1;

  private static final int[] NO_SLOTS = {};

  private int[] hashes;
  private int[] counts;
  private int[] slots;
  private int size;

  private Grams(int capacity) {
    hashes = new int[capacity];
    counts = new int[capacity];
    slots = new int[Integer.highestOneBit(capacity) * 4];
  }

  static Grams of(CharSequence text) {
    return of(text, LIMIT);
  }

  private static Grams of(CharSequence text, int limit) {
    String normal = NormalText.of(ends(text, limit));
    Grams grams = new Grams(normal.length() * 4 + 16);
    grams.collect(normal);
    return grams;
  }

  /**
   * Those of many texts, to be kept: of each only so much is looked at that all together are no
   * more than {@value #LIMIT_OF_ALL} characters, but at least {@value #LEAST}.
   */
  static List<Grams> ofAll(List<String> texts) {
    int limit = Math.clamp(LIMIT_OF_ALL / Math.max(1, texts.size()), LEAST, LIMIT);
    return texts.parallelStream().map(it -> of(it, limit).trimmed()).toList();
  }

  private Grams trimmed() {
    hashes = Arrays.copyOf(hashes, size);
    counts = Arrays.copyOf(counts, size);
    slots = NO_SLOTS;
    return this;
  }

  /** How many different grams there are. */
  int size() {
    return size;
  }

  /** The hash of one, in the order in which they first occur. */
  int hash(int index) {
    return hashes[index];
  }

  int count(int index) {
    return counts[index];
  }

  /** The same for texts with the same grams. */
  long fingerprint() {
    long sum = size;
    for (int i = 0; i < size; i++) {
      sum += Shingles.mixed(((long) hashes[i] << 32) | counts[i]);
    }
    return sum;
  }

  /** Whether the hash is one of words; if not, it is one of characters. */
  static boolean isOfWords(int hash) {
    return (hash & 1) == 0;
  }

  private static CharSequence ends(CharSequence text, int limit) {
    int length = text.length();
    if (length <= limit) {
      return text;
    }
    return text.subSequence(0, limit / 2) + "\n" + text.subSequence(length - limit / 2, length);
  }

  private void collect(String text) {
    long before = 0;
    long previous = WORD;
    int alone = 0;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ') {
        at++;
        alone = 0;
        continue;
      }
      boolean isWord = Shingles.isInWord(c);
      int end = isWord ? endOfWord(text, at) : at + 1;
      long token = WORD;
      for (int i = at; i < end; i++) {
        token = (token ^ text.charAt(i)) * STEP;
      }
      addTokens(before, previous, token);
      if (isWord) {
        addCharacters(text, at, end);
        alone = 0;
      } else if (++alone >= RUN) {
        add(run(text, at - RUN + 1, end), true);
      }
      before = previous;
      previous = token;
      at = end;
    }
    if (size > 0) {
      add((PAIR ^ previous) * STEP, false);
    }
  }

  private static int endOfWord(String text, int from) {
    int end = from + 1;
    while (end < text.length() && Shingles.isInWord(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private void addTokens(long before, long previous, long token) {
    add(token, false);
    add((((PAIR ^ previous) * STEP) ^ token) * STEP, false);
    if (before != 0) {
      add((((GAPPED ^ before) * STEP) ^ token) * STEP, false);
    }
  }

  /** Runs of characters of the word, with a mark at either end. */
  private void addCharacters(String text, int from, int end) {
    for (int start = from - 1; start < end; start++) {
      long hash = CHARACTERS;
      for (int i = start; i <= end && i < start + LONGEST; i++) {
        hash = (hash ^ (i < from || i == end ? EDGE : text.charAt(i))) * STEP;
        if (i - start + 1 >= SHORTEST) {
          add(hash, true);
        }
      }
    }
  }

  private static long run(String text, int from, int end) {
    long hash = CHARACTERS;
    for (int i = from; i < end; i++) {
      hash = (hash ^ text.charAt(i)) * STEP;
    }
    return hash;
  }

  private void add(long gram, boolean isOfCharacters) {
    int hash = ((int) (Shingles.mixed(gram) >>> 32) & ~1) | (isOfCharacters ? 1 : 0);
    int slot = (hash >>> 1) & (slots.length - 1);
    while (slots[slot] != 0) {
      int index = slots[slot] - 1;
      if (hashes[index] == hash) {
        counts[index]++;
        return;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    if (size == hashes.length) {
      grow();
      add(gram, isOfCharacters);
      return;
    }
    slots[slot] = size + 1;
    hashes[size] = hash;
    counts[size++] = 1;
  }

  private void grow() {
    hashes = Arrays.copyOf(hashes, size * 2);
    counts = Arrays.copyOf(counts, size * 2);
    slots = new int[slots.length * 2];
    for (int i = 0; i < size; i++) {
      int slot = (hashes[i] >>> 1) & (slots.length - 1);
      while (slots[slot] != 0) {
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = i + 1;
    }
  }
}
