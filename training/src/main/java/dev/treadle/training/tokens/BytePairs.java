package dev.treadle.training.tokens;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Byte-pair encoding, learned: again and again the pair of neighbours that is most frequent in all
 * words becomes a token of its own; of equally frequent ones the pair with the smaller numbers.
 * (Sennrich et al., 2016; the order of ties is that of Hugging Face's trainer.)
 *
 * <p>A pair knows the words that it was ever seen in. After a merge only those words are counted
 * anew. The queue may hold a pair with a count that has gone down since: when it comes up, it is
 * put back with the count that it has.
 */
final class BytePairs {
  /** Two neighbours that become one token. */
  record Merge(int left, int right) {}

  /** A pair in the queue, with its count then. */
  private record Entry(long count, int left, int right) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      return count != other.count
          ? Long.compare(other.count, count)
          : left != other.left
              ? Integer.compare(left, other.left)
              : Integer.compare(right, other.right);
    }
  }

  /** A pair: how often it stands in the words, and in which. */
  private static final class Pair {
    final int left;
    final int right;
    long count;
    int[] words = new int[2];
    int wordCount;

    Pair(int left, int right) {
      this.left = left;
      this.right = right;
    }

    void isIn(int word) {
      if (wordCount > 0 && words[wordCount - 1] == word) {
        return;
      }
      if (wordCount == words.length) {
        words = Arrays.copyOf(words, 2 * wordCount);
      }
      words[wordCount++] = word;
    }
  }

  private final List<int[]> words = new ArrayList<>();
  private final List<Long> counts = new ArrayList<>();
  private final Map<Long, Pair> pairs = new HashMap<>();
  private final PriorityQueue<Entry> queue = new PriorityQueue<>();

  /** Adds a word, as the tokens of its bytes. */
  void add(int[] word, long count) {
    int index = words.size();
    words.add(word);
    counts.add(count);
    for (int i = 0; i + 1 < word.length; i++) {
      count(word[i], word[i + 1], count).isIn(index);
    }
  }

  /**
   * Learns; once.
   *
   * @param most as many merges at the most
   * @param leastCount pairs that are rarer are left
   */
  List<Merge> learn(int most, long leastCount) {
    pairs.values().forEach(this::enqueue);
    List<Merge> merges = new ArrayList<>();
    while (merges.size() < most && !queue.isEmpty()) {
      Entry top = queue.remove();
      Pair pair = pair(top.left(), top.right());
      if (pair.count < leastCount) {
        continue;
      }
      if (pair.count != top.count()) {
        enqueue(pair);
        continue;
      }
      merges.add(new Merge(pair.left, pair.right));
      merge(pair, ByteAlphabet.SIZE + merges.size() - 1);
    }
    return merges;
  }

  private void merge(Pair pair, int token) {
    Set<Pair> grown = new LinkedHashSet<>();
    for (int i = 0; i < pair.wordCount; i++) {
      int index = pair.words[i];
      int[] old = words.get(index);
      int[] merged = merged(old, pair, token);
      if (merged.length == old.length) {
        continue;
      }
      long count = counts.get(index);
      words.set(index, merged);
      for (int at = 0; at + 1 < old.length; at++) {
        count(old[at], old[at + 1], -count);
      }
      for (int at = 0; at + 1 < merged.length; at++) {
        Pair it = count(merged[at], merged[at + 1], count);
        if (merged[at] == token || merged[at + 1] == token) {
          it.isIn(index);
          grown.add(it);
        }
      }
    }
    pair.words = new int[0];
    pair.wordCount = 0;
    grown.forEach(this::enqueue);
  }

  private static int[] merged(int[] word, Pair pair, int token) {
    int[] merged = new int[word.length];
    int length = 0;
    for (int i = 0; i < word.length; i++) {
      boolean isPair = i + 1 < word.length && word[i] == pair.left && word[i + 1] == pair.right;
      merged[length++] = isPair ? token : word[i];
      i += isPair ? 1 : 0;
    }
    return length == word.length ? word : Arrays.copyOf(merged, length);
  }

  private void enqueue(Pair it) {
    queue.add(new Entry(it.count, it.left, it.right));
  }

  private Pair count(int left, int right, long change) {
    Pair pair = pair(left, right);
    pair.count += change;
    return pair;
  }

  private Pair pair(int left, int right) {
    return pairs.computeIfAbsent((long) left << 32 | right, _ -> new Pair(left, right));
  }
}
