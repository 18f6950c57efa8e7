package dev.treadle.measure.score;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures how often the scorer decides as people did, and how long that takes; run by {@code
 * bench/evaluate.sh}. Exits 1 below the bar.
 */
final class EvaluateBench {
  private static final double BAR = 0.98;
  private static final int ROUNDS = 20;

  private EvaluateBench() {}

  /** With a file of further pairs, these are measured in place of the shipped ones. */
  public static void main(String[] args) throws IOException {
    List<AnswerPairs.Pair> pairs =
        args.length == 0
            ? AnswerPairs.shipped()
            : AnswerPairs.read(Files.readAllLines(Path.of(args[0])));
    Map<String, int[]> byKind = new TreeMap<>();
    int agreed = 0;
    for (AnswerPairs.Pair pair : pairs) {
      int[] counts = byKind.computeIfAbsent(pair.kind(), _ -> new int[3]);
      boolean isAgreed = pair.isAgreed();
      counts[0]++;
      counts[1] += isAgreed ? 1 : 0;
      counts[2] += pair.isRight() ? 0 : 1;
      agreed += isAgreed ? 1 : 0;
      if (!isAgreed) {
        System.out.println("differs: " + pair + " → " + pair.judgement());
      }
    }
    byKind.forEach(
        (kind, it) ->
            System.out.printf(
                Locale.ROOT, "%-16s %3d of %3d (%d wrong ones)%n", kind, it[1], it[0], it[2]));
    double share = agreed / (double) pairs.size();
    System.out.printf(
        Locale.ROOT, "agreement %.4f: %d of %d (bar %.2f)%n", share, agreed, pairs.size(), BAR);
    System.out.printf(Locale.ROOT, "%.1f µs a judgement%n", micros(pairs));
    if (share < BAR) {
      System.exit(1);
    }
  }

  private static double micros(List<AnswerPairs.Pair> pairs) {
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      double sum = 0;
      for (AnswerPairs.Pair pair : pairs) {
        sum += pair.judgement().score();
      }
      long end = System.nanoTime();
      best = sum < 0 ? best : Math.min(best, (end - start) / 1e3 / pairs.size());
    }
    return best;
  }
}
