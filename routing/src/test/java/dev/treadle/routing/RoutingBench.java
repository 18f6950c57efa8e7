package dev.treadle.routing;

import dev.treadle.measure.statistics.CostQuality;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** How well a router learns from a fifth of an exam's questions who should answer the others. */
final class RoutingBench {
  private static final double[] SHARES = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};

  /** What was tried while the router was made was tried on other draws. */
  private static final int FIRST_SEED = 101;

  private RoutingBench() {}

  /** What came out with one seed. */
  private record Result(
      CostQuality.Curve curve, double trainSeconds, int bytes, boolean readsTexts) {}

  public static void main(String[] args) throws IOException {
    List<ExamTable.Row> rows = ExamTable.read(Path.of(args[0]));
    int seeds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
    System.out.printf("%d questions; trained on a fifth, tested on the others%n", rows.size());
    System.out.println(
        "(RouteLLM's published APGR of about 0.60 on MMLU is of routers that were not trained on it)");
    boolean isGood = report("the question alone", rows, false, seeds, 0.66);
    isGood &= report("its file's name as workload", rows, true, seeds, 0.67);
    isGood &= speed(rows);
    System.exit(isGood ? 0 : 1);
  }

  private static boolean report(
      String name, List<ExamTable.Row> rows, boolean withSubject, int seeds, double bar) {
    List<Result> results = new ArrayList<>();
    for (int seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
      Result it = run(rows, withSubject, seed);
      System.err.printf(
          "  seed %d: APGR %.4f, trained in %.1f s, %d bytes, texts %s%n",
          seed,
          it.curve().apgr(),
          it.trainSeconds(),
          it.bytes(),
          it.readsTexts() ? "help" : "do not help");
      results.add(it);
    }
    double[] gaps = results.stream().mapToDouble(it -> it.curve().apgr()).toArray();
    double mean = Arrays.stream(gaps).average().orElseThrow();
    System.out.printf(
        "%s: APGR %.4f ± %.4f over %d seeds (bar %.2f)%n",
        name, mean, halfWidth(gaps, mean), seeds, bar);
    for (double gap : new double[] {0.5, 0.8}) {
      System.out.printf(
          "  CPT%.0f %.1f %% of calls to the strong model%n",
          100 * gap,
          100
              * results.stream()
                  .mapToDouble(it -> it.curve().shareToRecover(gap))
                  .average()
                  .orElseThrow());
    }
    StringBuilder line = new StringBuilder("  share of strong calls → right:");
    for (double share : SHARES) {
      double right =
          results.stream().mapToDouble(it -> it.curve().quality(share)).average().orElseThrow();
      line.append(String.format(Locale.ROOT, " %.0f %% %.3f;", 100 * share, right));
    }
    System.out.println(line);
    return mean >= bar;
  }

  /** Half of the interval that holds the mean over all seeds with 95 %, by Student's t. */
  private static double halfWidth(double[] values, double mean) {
    double square = Arrays.stream(values).map(it -> (it - mean) * (it - mean)).sum();
    double[] t = {0, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262};
    int free = values.length - 1;
    return free == 0 ? Double.NaN : t[Math.min(free, 9)] * Math.sqrt(square / free / values.length);
  }

  private static Result run(List<ExamTable.Row> rows, boolean withSubject, int seed) {
    List<Integer> order = shuffled(rows.size(), seed);
    int fifth = rows.size() / 5;
    List<LearnedRouter.Observation> learned = new ArrayList<>();
    for (int i : order.subList(0, fifth)) {
      learned.add(rows.get(i).observation(withSubject, i));
    }
    long start = System.nanoTime();
    LearnedRouter router = LearnedRouter.train(learned, LearnedRouter.Options.DEFAULT, seed);
    double seconds = (System.nanoTime() - start) / 1e9;
    List<Integer> tested = order.subList(fifth, order.size());
    double[] weak = new double[tested.size()];
    double[] strong = new double[tested.size()];
    double[] preference = new double[tested.size()];
    List<String> models = List.of(ExamTable.WEAK, ExamTable.STRONG);
    for (int i = 0; i < weak.length; i++) {
      ExamTable.Row row = rows.get(tested.get(i));
      weak[i] = row.weak();
      strong[i] = row.strong();
      List<LearnedRouter.Estimate> it = router.estimate(row.request(withSubject), models).models();
      preference[i] = it.get(1).quality() - it.get(0).quality();
    }
    return new Result(
        CostQuality.curve(weak, strong, preference),
        seconds,
        router.save().length,
        router.readsTexts());
  }

  private static List<Integer> shuffled(int size, int seed) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      order.add(i);
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = size - 1; i > 0; i--) {
      Collections.swap(order, i, random.nextInt(i + 1));
    }
    return order;
  }

  /** A whole decision, with affinity and probabilities, one after the other on one thread. */
  static boolean speed(List<ExamTable.Row> rows) {
    List<LearnedRouter.Observation> learned = new ArrayList<>();
    for (int i : shuffled(rows.size(), 1).subList(0, rows.size() / 5)) {
      learned.add(rows.get(i).observation(false, i));
    }
    LearnedRouter router = LearnedRouter.train(learned, LearnedRouter.Options.DEFAULT, 1);
    Target weak = Target.parse(ExamTable.WEAK);
    Policy policy =
        new Policy.Learned(
            router,
            List.of(weak, Target.parse(ExamTable.STRONG)),
            weak,
            Objective.QUALITY.at(5),
            Map.of());
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double[] wall = new double[rows.size()];
    double[] processor = new double[rows.size()];
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < wall.length; i++) {
        RoutingRequest request = rows.get(i).request(false);
        long busy = threads.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        policy.choose(request, SessionState.EMPTY, 0.5);
        wall[i] = (System.nanoTime() - start) / 1e3;
        processor[i] = (threads.getCurrentThreadCpuTime() - busy) / 1e3;
      }
    }
    Arrays.sort(wall);
    Arrays.sort(processor);
    int at = wall.length * 99 / 100;
    System.out.printf(
        "a decision: median %.1f µs, 99th percentile %.1f µs (bar 200); of the processor's time %.1f and %.1f µs%n",
        wall[wall.length / 2], wall[at], processor[wall.length / 2], processor[at]);
    return wall[at] <= 200;
  }
}
