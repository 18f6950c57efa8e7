package dev.treadle.measure.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Collects texts and tells which of them are near-duplicates.
 *
 * <p>Idea: texts that are equal in normal form fall together at once. The others are cut into bands
 * (see {@link Bands}); texts that agree in a band are compared by their sketches and joined where
 * these are alike enough. Where the caller can give the texts again, pairs whose estimate lies near
 * the threshold are decided by the true Jaccard similarity of their shingles.
 *
 * <p>Invariants: the result depends on the set of (key, text) pairs only. Everything after
 * collecting runs over the texts in ascending order of their keys. In a bucket a text is compared
 * with the first {@value #PROBES} others at most, and with none that it is already joined to, so a
 * bucket of n texts costs n steps and not n squared; the first ones in the order of keys are a
 * property of the set, so this limit too is deterministic.
 *
 * <p>Memory: with 256 permutations about 600 bytes a text while collecting, and for the clusters
 * another 8 bytes a band (340 bytes at threshold 0.7). Mutable, one owner; sketches may be made by
 * several threads.
 */
public final class NearDuplicates {
  /** Similarity from which texts are near-duplicates, where nothing else is asked for. */
  public static final double DEFAULT_THRESHOLD = 0.7;

  private static final int PROBES = 64;
  private static final int MOST_TEXTS = 1 << 30;

  /** Standard errors around the threshold within which the true similarity decides. */
  private static final double DOUBT = 3;

  private final MinHash minHash;
  private final double threshold;
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(String key, Sketch sketch) {}

  public NearDuplicates() {
    this(new MinHash(), DEFAULT_THRESHOLD);
  }

  /**
   * A collection of its own sketch size and threshold.
   *
   * @param threshold Jaccard similarity in (0, 1]
   */
  public NearDuplicates(MinHash minHash, double threshold) {
    if (!(threshold > 0 && threshold <= 1)) {
      throw new IllegalArgumentException(
          "threshold must be above 0 and at most 1, not " + threshold);
    }
    this.minHash = minHash;
    this.threshold = threshold;
  }

  /**
   * Adds a text.
   *
   * @param key names the text and orders it: of near-duplicates the one with the smallest key
   *     survives
   */
  public void add(String key, CharSequence text) {
    add(key, minHash.sketch(text));
  }

  /** Adds a text by a sketch that was made elsewhere with the same number of permutations. */
  public void add(String key, Sketch sketch) {
    if (sketch.size() != minHash.permutations()) {
      throw new IllegalArgumentException(
          "a sketch of %d permutations does not fit %d"
              .formatted(sketch.size(), minHash.permutations()));
    }
    if (entries.size() == MOST_TEXTS) {
      throw new IllegalStateException("more than %d texts; split them".formatted(MOST_TEXTS));
    }
    entries.add(new Entry(key, sketch));
  }

  /** Number of texts added. */
  public int size() {
    return entries.size();
  }

  /**
   * Clusters of two or more texts, ascending by survivor; similarity is estimated from the sketches
   * alone.
   *
   * @throws IllegalArgumentException where a key was added twice
   */
  public List<Cluster> clusters() {
    return clusters(null);
  }

  /**
   * As {@link #clusters()}, but pairs near the threshold are decided by the texts themselves.
   *
   * @param texts gives a text again by its key; asked for few of them
   */
  public List<Cluster> clusters(@Nullable Function<String, ? extends CharSequence> texts) {
    Ordered ordered = ordered();
    UnionFind joined = new UnionFind(ordered.sketches.size());
    LshIndex index = index(ordered);
    Comparison comparison = new Comparison(ordered, texts);
    for (int band = 0; band < index.bands().count(); band++) {
      index.forEachBucket(
          band, (bucket, from, to) -> joinBucket(bucket, from, to, joined, comparison));
    }
    return clusters(ordered, joined);
  }

  /** An index to ask about further texts; texts added later are not in it. */
  public NearDuplicateIndex index() {
    Ordered ordered = ordered();
    return new NearDuplicateIndex(
        minHash, threshold, ordered.keys, ordered.sketches, ordered.exact, index(ordered));
  }

  private LshIndex index(Ordered ordered) {
    return new LshIndex(ordered.sketches, Bands.around(threshold, minHash.permutations()));
  }

  /** Distinct texts in the order of their keys, with the keys of their exact duplicates. */
  private record Ordered(
      List<String> keys,
      List<Sketch> sketches,
      Map<TextKey, Integer> exact,
      Map<Integer, List<String>> copies) {}

  private Ordered ordered() {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(Entry::key));
    Ordered ordered =
        new Ordered(new ArrayList<>(), new ArrayList<>(), new HashMap<>(), new HashMap<>());
    String before = null;
    for (Entry entry : sorted) {
      if (entry.key.equals(before)) {
        throw new IllegalArgumentException(
            "key \"%s\" was added twice; keys must differ".formatted(entry.key));
      }
      before = entry.key;
      Integer first = ordered.exact.putIfAbsent(entry.sketch.key(), ordered.keys.size());
      if (first == null) {
        ordered.keys.add(entry.key);
        ordered.sketches.add(entry.sketch);
      } else {
        ordered.copies.computeIfAbsent(first, _ -> new ArrayList<>()).add(entry.key);
      }
    }
    return ordered;
  }

  private static void joinBucket(
      long[] bucket, int from, int to, UnionFind joined, Comparison comparison) {
    for (int i = from + 1; i < to; i++) {
      int number = (int) bucket[i];
      int probes = Math.min(i, from + PROBES);
      int root = joined.find(number);
      for (int j = from; j < probes; j++) {
        int probe = (int) bucket[j];
        if (joined.find(probe) != root && comparison.isNear(probe, number)) {
          joined.join(probe, number);
          root = joined.find(number);
        }
      }
    }
  }

  /** Decides on pairs. */
  private final class Comparison {
    private final Ordered ordered;
    private final @Nullable Function<String, ? extends CharSequence> texts;
    private final double doubt;

    Comparison(Ordered ordered, @Nullable Function<String, ? extends CharSequence> texts) {
      this.ordered = ordered;
      this.texts = texts;
      this.doubt = DOUBT * Math.sqrt(threshold * (1 - threshold) / minHash.permutations());
    }

    boolean isNear(int a, int b) {
      double estimate = ordered.sketches.get(a).similarity(ordered.sketches.get(b));
      if (texts == null || Math.abs(estimate - threshold) > doubt) {
        return estimate >= threshold;
      }
      return Shingles.jaccard(shingles(texts, a), shingles(texts, b)) >= threshold;
    }

    private long[] shingles(Function<String, ? extends CharSequence> source, int number) {
      return Shingles.of(source.apply(ordered.keys.get(number)));
    }
  }

  private static List<Cluster> clusters(Ordered ordered, UnionFind joined) {
    Map<Integer, List<Cluster.Duplicate>> duplicates = new LinkedHashMap<>();
    for (int number = 0; number < ordered.keys.size(); number++) {
      int survivor = joined.find(number);
      List<Cluster.Duplicate> list = duplicates.computeIfAbsent(survivor, _ -> new ArrayList<>());
      double similarity = ordered.sketches.get(survivor).similarity(ordered.sketches.get(number));
      if (number != survivor) {
        list.add(new Cluster.Duplicate(ordered.keys.get(number), similarity, false));
      }
      for (String copy : ordered.copies.getOrDefault(number, List.of())) {
        list.add(new Cluster.Duplicate(copy, similarity, number == survivor));
      }
    }
    List<Cluster> clusters = new ArrayList<>();
    duplicates.forEach(
        (survivor, list) -> {
          if (!list.isEmpty()) {
            list.sort(Comparator.comparing(Cluster.Duplicate::key));
            clusters.add(new Cluster(ordered.keys.get(survivor), list));
          }
        });
    return clusters;
  }
}
