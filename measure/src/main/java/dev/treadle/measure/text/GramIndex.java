package dev.treadle.measure.text;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which grams a model knows, the row of each, and how much it weighs: rare ones more.
 *
 * <p>A text becomes a sparse vector: for each gram (1 + ln count) · idf, words and characters each
 * scaled to length 1. Grams that are not known count for the length, so that a text of which little
 * is known has a short vector and nothing scores high on it.
 */
final class GramIndex {
  private static final int FEW = 1_000;

  private final int[] hashes;
  private final float[] weights;
  private final float unknownWeight;
  private final int[] slots;

  GramIndex(int[] hashes, float[] weights, float unknownWeight) {
    this.hashes = hashes;
    this.weights = weights;
    this.unknownWeight = unknownWeight;
    slots = new int[Math.max(16, Integer.highestOneBit(Math.max(1, hashes.length)) * 4)];
    for (int row = 0; row < hashes.length; row++) {
      int slot = start(hashes[row]);
      while (slots[slot] != 0) {
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = row + 1;
    }
  }

  /**
   * The index of what texts hold: the grams of at least two of them, or of one where texts are few,
   * and no more than {@code limit}, the more frequent ones.
   */
  static GramIndex of(List<Grams> texts, int limit) {
    Map<Integer, Integer> textsHaving = new HashMap<>();
    for (Grams grams : texts) {
      for (int i = 0; i < grams.size(); i++) {
        textsHaving.merge(grams.hash(i), 1, Integer::sum);
      }
    }
    int least = texts.size() < FEW ? 1 : 2;
    int[] hashes =
        textsHaving.entrySet().stream()
            .filter(it -> it.getValue() >= least)
            .sorted(
                Comparator.comparing((Map.Entry<Integer, Integer> it) -> -it.getValue())
                    .thenComparing(Map.Entry::getKey))
            .limit(limit)
            .mapToInt(Map.Entry::getKey)
            .sorted()
            .toArray();
    float[] weights = new float[hashes.length];
    for (int row = 0; row < hashes.length; row++) {
      weights[row] = rarity(texts.size(), textsHaving.getOrDefault(hashes[row], 0));
    }
    return new GramIndex(hashes, weights, rarity(texts.size(), 0));
  }

  private static float rarity(int texts, int having) {
    return (float) (1 + Math.log((1.0 + texts) / (1.0 + having)));
  }

  int size() {
    return hashes.length;
  }

  void write(ModelFile.Writer out) {
    out.integers(hashes).floats(weights).number(unknownWeight);
  }

  static GramIndex read(ModelFile.Reader in) {
    int[] hashes = in.integers();
    float[] weights = in.floats();
    in.check(hashes.length == weights.length, "its grams do not fit together");
    return new GramIndex(hashes, weights, (float) in.number());
  }

  private int start(int hash) {
    return ((hash * 0x9E3779B9) >>> 7) & (slots.length - 1);
  }

  private int row(int hash) {
    int slot = start(hash);
    while (slots[slot] != 0) {
      int row = slots[slot] - 1;
      if (hashes[row] == hash) {
        return row;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return -1;
  }

  SparseVector vector(Grams grams) {
    int[] rows = new int[grams.size()];
    float[] values = new float[rows.length];
    double[] squares = new double[2];
    int size = 0;
    double known = 0;
    for (int i = 0; i < rows.length; i++) {
      int hash = grams.hash(i);
      int row = row(hash);
      double value = 1 + (grams.count(i) == 1 ? 0 : Math.log(grams.count(i)));
      value *= row < 0 ? unknownWeight : weights[row];
      squares[hash & 1] += value * value;
      if (row >= 0) {
        rows[size] = row;
        values[size++] = (float) value;
      }
    }
    for (int i = 0; i < size; i++) {
      values[i] /= (float) Math.sqrt(squares[hashes[rows[i]] & 1] * 2);
      known += values[i] * values[i];
    }
    return new SparseVector(Arrays.copyOf(rows, size), Arrays.copyOf(values, size), known);
  }
}
