package dev.treadle.measure.text;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Measures speed, precision and recall on a synthetic corpus in English and Chinese; run by {@code
 * bench/minhash.sh}. Exits 1 below the bar.
 */
final class MinHashBench {
  private static final int PAIRS = 10_000;
  private static final int ROUNDS = 5;

  private MinHashBench() {}

  public static void main(String[] args) {
    List<SyntheticCorpus.Pair> pairs = new SyntheticCorpus(42).pairs(PAIRS);
    long bytes = 0;
    for (SyntheticCorpus.Pair pair : pairs) {
      bytes += pair.one().getBytes(StandardCharsets.UTF_8).length;
      bytes += pair.other().getBytes(StandardCharsets.UTF_8).length;
    }
    double sketching = 0;
    double speed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      NearDuplicates texts = new NearDuplicates();
      long start = System.nanoTime();
      add(pairs, texts);
      long added = System.nanoTime();
      int clusters = texts.clusters().size();
      long end = System.nanoTime();
      sketching = Math.max(sketching, bytes * 1e3 / (added - start));
      speed = Math.max(speed, bytes * 1e3 / (end - start));
      System.out.printf(
          Locale.ROOT,
          "round %d: %.1f MB/s, %.0f docs/s, %d clusters%n",
          round,
          bytes * 1e3 / (end - start),
          2 * PAIRS * 1e9 / (end - start),
          clusters);
    }
    Quality estimated = Quality.of(pairs, false);
    Quality verified = Quality.of(pairs, true);
    System.out.printf(
        Locale.ROOT,
        "sketching alone %.1f MB/s, with index and clusters %.1f MB/s (bar 20)%n",
        sketching,
        speed);
    System.out.printf(
        Locale.ROOT,
        "estimate alone: P %.4f R %.4f (bar 0.96, 0.94)%n",
        estimated.precision(),
        estimated.recall());
    System.out.printf(
        Locale.ROOT,
        "near the threshold by the texts: P %.4f R %.4f%n",
        verified.precision(),
        verified.recall());
    boolean good = speed >= 20 && verified.precision() >= 0.96 && verified.recall() >= 0.94;
    System.exit(good ? 0 : 1);
  }

  private static void add(List<SyntheticCorpus.Pair> pairs, NearDuplicates texts) {
    int number = 0;
    for (SyntheticCorpus.Pair pair : pairs) {
      texts.add("a%08d".formatted(number), pair.one());
      texts.add("b%08d".formatted(number++), pair.other());
    }
  }
}
