package dev.treadle.routing.learning;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Which words a model knows, and how much each says: rare ones more.
 *
 * <p>A text becomes a vector of (1 + ln count) · (1 + ln((1 + texts) / (1 + texts that have it))),
 * of length 1 with what is not known.
 */
final class WordWeights {
  private final int[] hashes;
  private final float[] weights;
  private final float unknown;

  /** Places, each counted from 1, where their hashes would have them: found in one or two looks. */
  private final int[] slots;

  WordWeights(int[] hashes, float[] weights, float unknown) {
    this.hashes = hashes;
    this.weights = weights;
    this.unknown = unknown;
    this.slots = new int[Integer.highestOneBit(Math.max(4, hashes.length)) * 4];
    for (int place = 0; place < hashes.length; place++) {
      int slot = slot(hashes[place]);
      while (slots[slot] != 0) {
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = place + 1;
    }
  }

  private int slot(int hash) {
    return ((hash * 0x9E3779B9) >>> 5) & (slots.length - 1);
  }

  private int place(int hash) {
    int slot = slot(hash);
    while (slots[slot] != 0) {
      if (hashes[slots[slot] - 1] == hash) {
        return slots[slot] - 1;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return -1;
  }

  /**
   * The words of texts, the more frequent ones first where there are too many.
   *
   * @param isWithPairs whether pairs count too
   * @param least in how many texts a word stands
   */
  static WordWeights of(List<Words> texts, boolean isWithPairs, int least, int limit) {
    TreeMap<Integer, Integer> having = new TreeMap<>();
    for (Words text : texts) {
      for (int hash : text.hashes()) {
        if (isWithPairs || !Words.isPair(hash)) {
          having.merge(hash, 1, Integer::sum);
        }
      }
    }
    int[] hashes =
        having.entrySet().stream()
            .filter(it -> it.getValue() >= least)
            .sorted(
                Comparator.comparingInt(
                    (java.util.Map.Entry<Integer, Integer> it) -> -it.getValue()))
            .limit(limit)
            .mapToInt(java.util.Map.Entry::getKey)
            .sorted()
            .toArray();
    float[] weights = new float[hashes.length];
    for (int i = 0; i < hashes.length; i++) {
      weights[i] = rarity(texts.size(), having.getOrDefault(hashes[i], 0));
    }
    return new WordWeights(hashes, weights, rarity(texts.size(), 0));
  }

  private static float rarity(int texts, int having) {
    return (float) (1 + Math.log((1.0 + texts) / (1.0 + having)));
  }

  int size() {
    return hashes.length;
  }

  /** The vector of a text. */
  SparseRow row(Words text, boolean isWithPairs) {
    int[] places = new int[text.hashes().length];
    float[] values = new float[places.length];
    double square = 0;
    int size = 0;
    for (int i = 0; i < places.length; i++) {
      int hash = text.hashes()[i];
      if (!isWithPairs && Words.isPair(hash)) {
        continue;
      }
      int place = place(hash);
      int count = text.counts()[i];
      float value =
          (count == 1 ? 1 : (float) (1 + Math.log(count))) * (place < 0 ? unknown : weights[place]);
      square += value * value;
      if (place >= 0) {
        places[size] = place;
        values[size++] = value;
      }
    }
    float scale = square == 0 ? 0 : (float) (1 / Math.sqrt(square));
    for (int i = 0; i < size; i++) {
      values[i] *= scale;
    }
    return new SparseRow(Arrays.copyOf(places, size), Arrays.copyOf(values, size));
  }

  void write(LearningFile.Writer out) {
    out.integers(hashes);
    out.floats(weights);
    out.number(unknown);
  }

  static WordWeights read(LearningFile.Reader in) {
    int[] hashes = in.integers();
    float[] weights = in.floats();
    in.check(hashes.length == weights.length, "its words do not fit their weights");
    return new WordWeights(hashes, weights, (float) in.number());
  }
}
