package dev.treadle.measure.text;

import java.util.Arrays;
import java.util.List;

/**
 * Which grams a model knows, the row of each, and how much it weighs: rare ones more.
 *
 * <p>A text becomes a sparse vector: for each gram (1 + ln count) · idf, words and characters each
 * scaled to length 1. Grams that are not known count for the length, so that a text of which little
 * is known has a short vector and nothing scores high on it.
 */
final class GramIndex {
  /** Far more than hashes of grams ever collide: only a file made with malice has more. */
  private static final int MOST_PROBES = 1_000;

  private static final long MASK = 0xFFFF_FFFFL;
  private static final int FEW = 1_000;

  /** Below 1, as inverse document frequency overrates what is rare. */
  private static final double RARITY = 0.7;

  private final int[] hashes;
  private final float[] weights;
  private final float unknownWeight;
  private final int[] slots;
  private boolean isCrowded;

  GramIndex(int[] hashes, float[] weights, float unknownWeight) {
    this.hashes = hashes;
    this.weights = weights;
    this.unknownWeight = unknownWeight;
    slots = new int[Math.max(16, Integer.highestOneBit(Math.max(1, hashes.length)) * 4)];
    for (int row = 0; row < hashes.length && !isCrowded; row++) {
      int slot = start(hashes[row]);
      int probes = 0;
      while (slots[slot] != 0) {
        slot = (slot + 1) & (slots.length - 1);
        probes++;
      }
      slots[slot] = row + 1;
      isCrowded = probes > MOST_PROBES;
    }
  }

  /**
   * The index of what texts hold: the grams of at least two of them, or of one where texts are few,
   * and no more than {@code limit}, the more frequent ones.
   */
  static GramIndex of(List<Grams> texts, int limit) {
    long[] ranked = ranked(sorted(texts), texts.size() < FEW ? 1 : 2);
    int size = Math.min(ranked.length, limit);
    int[] hashes = new int[size];
    float[] weights = new float[size];
    for (int row = 0; row < size; row++) {
      hashes[row] = (int) ranked[row];
      weights[row] = rarity(texts.size(), Integer.MAX_VALUE - (int) (ranked[row] >>> 32));
    }
    return new GramIndex(hashes, weights, rarity(texts.size(), 0));
  }

  /**
   * Those that occur often enough, the most frequent first, then by hash: how often, turned round,
   * above the hash.
   */
  private static long[] ranked(int[] sorted, int least) {
    long[] ranked = new long[1_024];
    int size = 0;
    for (int from = 0, to; from < sorted.length; from = to) {
      to = from + 1;
      while (to < sorted.length && sorted[to] == sorted[from]) {
        to++;
      }
      if (to - from >= least) {
        if (size == ranked.length) {
          ranked = Arrays.copyOf(ranked, size + size / 2);
        }
        ranked[size++] = ((long) (Integer.MAX_VALUE - (to - from)) << 32) | (sorted[from] & MASK);
      }
    }
    ranked = Arrays.copyOf(ranked, size);
    Arrays.sort(ranked);
    return ranked;
  }

  private static int[] sorted(List<Grams> texts) {
    int[] all = new int[Math.toIntExact(texts.stream().mapToLong(Grams::size).sum())];
    int at = 0;
    for (Grams grams : texts) {
      for (int i = 0; i < grams.size(); i++) {
        all[at++] = grams.hash(i);
      }
    }
    Arrays.sort(all);
    return all;
  }

  private static float rarity(int texts, int having) {
    return (float) Math.pow(1 + Math.log((1.0 + texts) / (1.0 + having)), RARITY);
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
    GramIndex index = new GramIndex(hashes, weights, (float) in.number());
    in.check(!index.isCrowded, "its grams are not different");
    return index;
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
