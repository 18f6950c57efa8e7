package dev.treadle.measure.statistics;

import dev.treadle.measure.statistics.PairedGate.GuardRail;
import dev.treadle.measure.statistics.PairedGate.Pair;
import dev.treadle.measure.statistics.PairedGate.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Measures how often the gate promotes what is no better, what is better, and what is worse on a
 * guard rail; run by {@code bench/gate.sh}. Exits 1 below the bar.
 */
final class GateBench {
  private static final int CANDIDATES = 1_000;
  private static final int MOST_FALSE = 73;
  private static final double LEAST_POWER = 0.8;
  private static final double MOST_WORSE_RAIL = 0.05;

  private static boolean isGood = true;

  private GateBench() {}

  public static void main(String[] args) {
    noBetter();
    better();
    worseOnRail();
    System.exit(isGood ? 0 : 1);
  }

  private static void noBetter() {
    System.out.printf(
        "Promoted of %d candidates that are no better (bar %d each)%n", CANDIDATES, MOST_FALSE);
    falsely("equal, 30 pairs, 10 % discordant", random -> sides(random, 30, 0.05, 0.05));
    falsely("equal, 30 pairs, 50 % discordant", random -> sides(random, 30, 0.25, 0.25));
    falsely("equal, 100 pairs, 20 % discordant", random -> sides(random, 100, 0.1, 0.1));
    falsely("equal, 400 pairs, 11 % discordant", random -> sides(random, 400, 0.055, 0.055));
    falsely("worse by 1 point, 400 pairs", random -> sides(random, 400, 0.05, 0.06));
    falsely("equal, graded, 30 pairs", random -> graded(random, 30, 0, 0));
    falsely("equal, graded, 200 pairs, 90 % ties", random -> graded(random, 200, 0.9, 0));
    falsely("equal, rare great losses, 30 pairs", random -> skewed(random, 30));
    falsely("equal, rare great losses, 200 pairs", random -> skewed(random, 200));
    falsely("equal, 400 pairs in conversations", random -> grouped(random, 400, 10, 0));
    falsely("equal, 400 pairs in few conversations", random -> grouped(random, 400, 60, 0));
  }

  private static void better() {
    System.out.printf(
        "%nPromoted of %d candidates that are better by 5 points on 400 pairs (bar 80 %% where marked)%n",
        CANDIDATES);
    for (double discordant : new double[] {0.07, 0.10, 0.11, 0.12, 0.15, 0.20, 0.30}) {
      double win = (discordant + 0.05) / 2;
      double share = share(random -> sides(random, 400, win, win - 0.05), List.of());
      boolean isBar = discordant >= 0.10 && discordant <= 0.12;
      isGood &= !isBar || share >= LEAST_POWER;
      print("right or wrong, %.0f %% discordant".formatted(100 * discordant), share, isBar);
    }
    print("graded", share(random -> graded(random, 400, 0, 0.05), List.of()), false);
    print("graded, 80 % ties", share(random -> graded(random, 400, 0.8, 0.05), List.of()), false);
    print(
        "in conversations of 1 to 10",
        share(random -> grouped(random, 400, 10, 0.05), List.of()),
        false);
    print(
        "with rails that hold: a fifth cheaper, failures equal",
        share(
            random -> sides(random, 400, 0.08, 0.03),
            List.of(
                random -> new GuardRail("cost", Scale.AMOUNT, 0.05, amounts(random, 400, 0.8, 0.5)),
                random ->
                    new GuardRail(
                        "failures", Scale.FAILURE, 0.02, sides(random, 400, 0.01, 0.01)))),
        false);
    print(
        "on 100 pairs, 11 % discordant",
        share(random -> sides(random, 100, 0.08, 0.03), List.of()), false);
  }

  private static void worseOnRail() {
    System.out.printf(
        "%nPromoted of %d candidates that are better by 10 points and worse on a rail by just its margin (bar 5 %%)%n",
        CANDIDATES);
    rail(
        "cost, 10 %",
        random -> new GuardRail("cost", Scale.AMOUNT, 0.1, amounts(random, 300, 1.1, 0.5)));
    rail(
        "latency with a heavy tail, 10 %",
        random -> new GuardRail("latency", Scale.AMOUNT, 0.1, amounts(random, 300, 1.1, 1.2)));
    rail(
        "failures, 2 points",
        random -> new GuardRail("failures", Scale.FAILURE, 0.02, sides(random, 300, 0.03, 0.01)));
    rail(
        "a workload's quality, 3 points",
        random -> new GuardRail("quality", Scale.SCORE, 0.03, sides(random, 150, 0.05, 0.08)));
    rail(
        "quality, rare great losses, 2 points",
        random -> new GuardRail("quality", Scale.SCORE, 0.02, rareLosses(random, 200)));
  }

  /** Draws something of a candidate. */
  private interface Draw<T> {
    T from(SplittableRandom random);
  }

  private static void falsely(String name, Draw<List<Pair>> metric) {
    int promoted = (int) Math.round(CANDIDATES * share(metric, List.of()));
    isGood &= promoted <= MOST_FALSE;
    System.out.printf("  %-55s %4d%n", name, promoted);
  }

  private static void rail(String name, Draw<GuardRail> rail) {
    double share = share(random -> sides(random, 400, 0.13, 0.03), List.of(rail));
    isGood &= share <= MOST_WORSE_RAIL;
    print(name, share, false);
  }

  private static void print(String name, double share, boolean isBar) {
    System.out.printf(
        Locale.ROOT, "  %-55s %5.1f %%%s%n", name, 100 * share, isBar ? " (bar)" : "");
  }

  private static double share(Draw<List<Pair>> metric, List<Draw<GuardRail>> rails) {
    int promoted = 0;
    for (int seed = 0; seed < CANDIDATES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Pair> pairs = metric.from(random);
      List<GuardRail> drawn = rails.stream().map(it -> it.from(random)).toList();
      promoted += PairedGate.DEFAULT.judge(pairs, drawn).isBetter() ? 1 : 0;
    }
    return (double) promoted / CANDIDATES;
  }

  /** Values of 0 and 1: the candidate's is higher in the first share, lower in the second. */
  private static List<Pair> sides(SplittableRandom random, int count, double more, double less) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double x = random.nextDouble();
      double both = random.nextDouble() < 0.7 ? 1 : 0;
      double live = x < more ? 0 : x < more + less ? 1 : both;
      double candidate = x < more ? 1 : x < more + less ? 0 : both;
      pairs.add(new Pair(live, candidate, "g" + i));
    }
    return pairs;
  }

  private static List<Pair> graded(SplittableRandom random, int count, double ties, double better) {
    List<Pair> pairs = new ArrayList<>();
    double gain = better / (1 - ties);
    for (int i = 0; i < count; i++) {
      double live = random.nextDouble(0.3, 0.7);
      boolean isTie = random.nextDouble() < ties;
      double candidate = isTie ? live : live + gain + random.nextDouble(-0.3, 0.3);
      pairs.add(new Pair(live, Math.clamp(candidate, 0, 1), "g" + i));
    }
    return pairs;
  }

  /** Half are better by 0.1, one in sixteen worse by 0.8. */
  private static List<Pair> skewed(SplittableRandom random, int count) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double x = random.nextDouble();
      pairs.add(new Pair(0.85, x < 0.5 ? 0.95 : x < 0.5625 ? 0.05 : 0.85, "g" + i));
    }
    return pairs;
  }

  /** One in forty is worse by 0.8: by 2 points on average. */
  private static List<Pair> rareLosses(SplittableRandom random, int count) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(new Pair(0.9, random.nextDouble() < 0.025 ? 0.1 : 0.9, "g" + i));
    }
    return pairs;
  }

  /** Conversations of 1 to so many pairs, each with a liking of its own for one of the two. */
  private static List<Pair> grouped(SplittableRandom random, int count, int most, double better) {
    List<Pair> pairs = new ArrayList<>();
    for (int group = 0; pairs.size() < count; group++) {
      double liking = random.nextDouble(-0.05, 0.05);
      int size = Math.min(1 + random.nextInt(most), count - pairs.size());
      for (int i = 0; i < size; i++) {
        double x = random.nextDouble();
        double more = 0.055 + (liking + better) / 2;
        double less = 0.055 - (liking + better) / 2;
        boolean isLoss = x >= more && x < more + Math.max(0, less);
        pairs.add(new Pair(isLoss ? 1 : 0, x < more ? 1 : 0, "g" + group));
      }
    }
    return pairs;
  }

  /**
   * Amounts with a part of each item and a part of each call; the candidate's are so many times.
   */
  private static List<Pair> amounts(
      SplittableRandom random, int count, double times, double spread) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double item = spread * normal(random);
      double live = Math.exp(item + spread / 2 * normal(random));
      double candidate = times * Math.exp(item + spread / 2 * normal(random));
      pairs.add(new Pair(live, candidate, "g" + i));
    }
    return pairs;
  }

  private static double normal(SplittableRandom random) {
    return Normal.quantile(random.nextDouble(1e-12, 1));
  }
}
