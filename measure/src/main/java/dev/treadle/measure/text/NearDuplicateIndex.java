package dev.treadle.measure.text;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers whether a text is a near-duplicate of any text that was collected; for leakage between
 * splits. Immutable, and safe for several threads.
 */
public final class NearDuplicateIndex {
  /**
   * Candidates of one band that are looked at; more agree only where almost all texts are alike.
   */
  private static final int MOST_CANDIDATES = 256;

  private final MinHash minHash;
  private final double threshold;
  private final List<String> keys;
  private final List<Sketch> sketches;
  private final Map<TextKey, Integer> exact;
  private final LshIndex index;

  NearDuplicateIndex(
      MinHash minHash,
      double threshold,
      List<String> keys,
      List<Sketch> sketches,
      Map<TextKey, Integer> exact,
      LshIndex index) {
    this.minHash = minHash;
    this.threshold = threshold;
    this.keys = keys;
    this.sketches = sketches;
    this.exact = exact;
    this.index = index;
  }

  /**
   * The collected text most like the one asked about.
   *
   * @param similarity estimated Jaccard similarity, 1 for an exact duplicate
   */
  public record Match(String key, double similarity, boolean isExact) {}

  /**
   * The best match at or above the threshold, the smallest key among equals; empty where there is
   * none.
   */
  public Optional<Match> match(CharSequence text) {
    return match(minHash.sketch(text));
  }

  /** As {@link #match(CharSequence)}, for a sketch made with the same number of permutations. */
  public Optional<Match> match(Sketch sketch) {
    Integer same = exact.get(sketch.key());
    if (same != null) {
      return Optional.of(new Match(keys.get(same), 1, true));
    }
    Best best = new Best();
    index.forEachCandidate(sketch, MOST_CANDIDATES, number -> best.offer(number, sketch));
    return best.number < 0
        ? Optional.empty()
        : Optional.of(new Match(keys.get(best.number), best.similarity, false));
  }

  /** The best candidate so far; numbers ascend with keys. */
  private final class Best {
    private int number = -1;
    private double similarity;

    void offer(int candidate, Sketch sketch) {
      if (candidate == number) {
        return;
      }
      double found = sketches.get(candidate).similarity(sketch);
      boolean better = found > similarity || (found == similarity && candidate < number);
      if (found >= threshold && (number < 0 || better)) {
        number = candidate;
        similarity = found;
      }
    }
  }
}
