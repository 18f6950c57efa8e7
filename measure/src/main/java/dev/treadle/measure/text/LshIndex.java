package dev.treadle.measure.text;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Finds sketches that agree with a given one in a whole band. For each band it holds the sketches'
 * numbers, sorted by the hash of that band: eight bytes a band and sketch, no tables. Immutable.
 */
final class LshIndex {
  private final Bands bands;
  private final long[][] sorted;

  LshIndex(List<Sketch> sketches, Bands bands) {
    this.bands = bands;
    this.sorted = new long[bands.count()][];
    for (int band = 0; band < bands.count(); band++) {
      long[] entries = new long[sketches.size()];
      for (int i = 0; i < entries.length; i++) {
        entries[i] = entry(sketches.get(i).bandHash(band, bands.rows()), i);
      }
      Arrays.sort(entries);
      sorted[band] = entries;
    }
  }

  private static long entry(int hash, int number) {
    return ((long) hash << 32) | number;
  }

  private static int hash(long entry) {
    return (int) (entry >>> 32);
  }

  Bands bands() {
    return bands;
  }

  /**
   * Gives every group of two or more sketches that agree in the band, by their numbers, ascending.
   */
  void forEachBucket(int band, BucketConsumer consumer) {
    long[] entries = sorted[band];
    int from = 0;
    for (int to = 1; to <= entries.length; to++) {
      if (to == entries.length || hash(entries[to]) != hash(entries[from])) {
        if (to - from > 1) {
          consumer.accept(entries, from, to);
        }
        from = to;
      }
    }
  }

  /** Takes a run of entries whose low 32 bits are sketch numbers. */
  interface BucketConsumer {
    void accept(long[] entries, int from, int to);
  }

  /**
   * Gives up to {@code most} sketches of each band that agree with this one in it; the same one may
   * come again.
   */
  void forEachCandidate(Sketch sketch, int most, IntConsumer consumer) {
    for (int band = 0; band < bands.count(); band++) {
      int hash = sketch.bandHash(band, bands.rows());
      long[] entries = sorted[band];
      int at = Arrays.binarySearch(entries, entry(hash, 0));
      int from = at < 0 ? -at - 1 : at;
      for (int i = from; i < entries.length && i < from + most && hash(entries[i]) == hash; i++) {
        consumer.accept((int) entries[i]);
      }
    }
  }
}
