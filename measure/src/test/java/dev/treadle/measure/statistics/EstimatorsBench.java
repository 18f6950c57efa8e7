package dev.treadle.measure.statistics;

import dev.treadle.measure.statistics.OffPolicy.Logged;
import dev.treadle.measure.statistics.PairedGate.Pair;
import dev.treadle.measure.statistics.SequentialTest.Outcome;
import dev.treadle.measure.statistics.SequentialTest.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Measures how often intervals of estimates from logs cover the truth, and how often experiments
 * stop falsely; run by {@code bench/estimators.sh}. Exits 1 below the bar.
 */
final class EstimatorsBench {
  private static final int LOGS = 50;
  private static final int RUNS = 300;
  private static final int BATCHES = 100;
  private static final int BATCH = 20;
  private static final double COVER = 0.93;
  private static final double FALSE_STOPS = 0.05;
  private static final List<String> NAMES =
      List.of("inverse propensity", "self-normalised", "doubly robust", "(normal approximation)");

  private interface Estimator {
    Interval estimate(OffPolicy policy, List<Logged> log);
  }

  private static final List<Estimator> ESTIMATORS =
      List.of(
          (policy, _) -> policy.inversePropensity(),
          (policy, _) -> policy.selfNormalized(),
          (policy, _) -> policy.doublyRobust(),
          (_, log) -> normally(log));

  private EstimatorsBench() {}

  public static void main(String[] args) {
    boolean covers = coverage();
    boolean stops = experiments();
    System.exit(covers && stops ? 0 : 1);
  }

  private static boolean coverage() {
    System.out.printf(
        "95 %% intervals from %d logs each: covered (mean width) by inverse propensity, "
            + "self-normalised, doubly robust; the normal approximation of the first%n",
        LOGS);
    boolean isGood = true;
    for (int records : new int[] {200, 2_000, 50}) {
      isGood &= coverage(records);
    }
    return isGood;
  }

  private static boolean coverage(int records) {
    Tally[] total = tallies();
    int logs = 0;
    for (SimulatedLog setting : settings(records)) {
      Tally[] here = tallies();
      for (int i = 0; i < LOGS; i++) {
        SplittableRandom random = new SplittableRandom(10_000L * records + logs++);
        SimulatedLog.World world = setting.world(random);
        List<Logged> log = setting.draw(world, random);
        OffPolicy policy = OffPolicy.of(log);
        for (int e = 0; e < here.length; e++) {
          here[e].add(ESTIMATORS.get(e).estimate(policy, log), world.truth());
        }
      }
      StringBuilder line = new StringBuilder(setting.name());
      for (int e = 0; e < here.length; e++) {
        total[e].add(here[e], setting.name());
        line.append(
            String.format(
                Locale.ROOT, "  %3.0f %% (%.3f)", 100 * here[e].share(), here[e].width()));
      }
      System.out.println(line);
    }
    return summary(records, total, logs);
  }

  private static boolean summary(int records, Tally[] total, int logs) {
    boolean isGood = true;
    for (int e = 0; e < total.length; e++) {
      boolean isBar = e < total.length - 1;
      isGood &= !isBar || total[e].share() >= COVER;
      System.out.printf(
          Locale.ROOT,
          "%,d records: %-25s %.2f %% of %d logs%s; worst setting %.0f %%: %s%n",
          records,
          NAMES.get(e),
          100 * total[e].share(),
          logs,
          isBar ? " (bar 93 %)" : "",
          100 * total[e].worst,
          total[e].worstName);
    }
    return isGood;
  }

  /** Counts how often an interval covered. */
  private static final class Tally {
    private int covered;
    private int all;
    private double widths;
    private double worst = 1;
    private String worstName = "none";

    void add(Interval it, double truth) {
      covered += it.contains(truth) ? 1 : 0;
      widths += it.width();
      all++;
    }

    void add(Tally it, String name) {
      covered += it.covered;
      all += it.all;
      widths += it.widths;
      if (it.share() < worst) {
        worst = it.share();
        worstName = name.replaceAll(" +", " ").replace(" ,", ",").strip();
      }
    }

    double share() {
      return (double) covered / all;
    }

    double width() {
      return widths / all;
    }
  }

  private static Tally[] tallies() {
    Tally[] tallies = new Tally[NAMES.size()];
    Arrays.setAll(tallies, _ -> new Tally());
    return tallies;
  }

  /** The mean of w r, plus and minus 1.96 of its standard errors over groups. */
  private static Interval normally(List<Logged> log) {
    Groups groups = Groups.of(log, Logged::group);
    double mean = log.stream().mapToDouble(it -> it.weight() * it.reward()).average().orElse(0);
    double squares = 0;
    for (double sum : groups.sums(it -> log.get(it).weight() * log.get(it).reward() - mean)) {
      squares += sum * sum;
    }
    double reach = 1.96 * Math.sqrt(squares) / log.size();
    return new Interval(mean, mean - reach, mean + reach);
  }

  private static List<SimulatedLog> settings(int records) {
    List<SimulatedLog> settings = new ArrayList<>();
    for (int actions : new int[] {2, 3, 5}) {
      for (int bits = 0; bits < 8; bits++) {
        settings.add(
            new SimulatedLog(records, actions, (bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0));
      }
    }
    return settings;
  }

  /** Draws a batch of an experiment in which the candidate is better by so much. */
  private interface Play {
    SequentialTest play(SequentialTest test, double better, SplittableRandom random);
  }

  private record Experiment(String name, double effect, Play play) {}

  private static boolean experiments() {
    List<Experiment> experiments =
        List.of(
            new Experiment("pairs, right or wrong, 10 % discordant", 0.05, EstimatorsBench::sides),
            new Experiment("pairs, mostly ties, rare great losses", 0.05, EstimatorsBench::skewed),
            new Experiment("two arms, even, right or wrong", 0.1, arms(0.5, false)),
            new Experiment("two arms, even, graded, conversations", 0.1, arms(0.5, true)),
            new Experiment("canary of 10 %, right or wrong", 0.15, arms(0.1, false)),
            new Experiment("canary of 5 %, graded, conversations", 0.15, arms(0.05, true)));
    System.out.printf("%nExperiments of %d batches of %d, looked at after each%n", BATCHES, BATCH);
    int stopped = 0;
    int missed = 0;
    int runs = 0;
    for (Experiment it : experiments) {
      int here = 0;
      int found = 0;
      long spent = 0;
      for (int run = 0; run < RUNS; run++) {
        Ended equal = run(it, 0, new SplittableRandom(runs + run));
        here += equal.isStopped() ? 1 : 0;
        missed += equal.isMissed() ? 1 : 0;
        Ended better = run(it, it.effect(), new SplittableRandom(-1L - runs - run));
        found += better.isStopped() ? 1 : 0;
        spent += better.results();
      }
      stopped += here;
      runs += RUNS;
      System.out.printf(
          Locale.ROOT,
          "%-40s false stops %4.1f %%; better by %.0f points: found %5.1f %%, after %d results on average%n",
          it.name(),
          100.0 * here / RUNS,
          100 * it.effect(),
          100.0 * found / RUNS,
          spent / RUNS);
    }
    System.out.printf(
        Locale.ROOT,
        "false stops %.2f %%, intervals that ever missed %.2f %% of %d experiments without a difference (bar 5 %%)%n",
        100.0 * stopped / runs,
        100.0 * missed / runs,
        runs);
    return stopped <= FALSE_STOPS * runs && missed <= FALSE_STOPS * runs;
  }

  private record Ended(boolean isStopped, boolean isMissed, int results) {}

  private static Ended run(Experiment it, double effect, SplittableRandom random) {
    SequentialTest test = SequentialTest.experiment(0.05);
    boolean isMissed = false;
    for (int batch = 0; batch < BATCHES; batch++) {
      test = it.play().play(test, effect, random);
      isMissed |= !test.difference().contains(effect);
      if (test.outcome() != Outcome.UNDECIDED && effect != 0) {
        break;
      }
    }
    return new Ended(test.outcome() != Outcome.UNDECIDED, isMissed, test.results());
  }

  private static SequentialTest sides(SequentialTest test, double better, SplittableRandom random) {
    List<Pair> batch = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      double x = random.nextDouble();
      double win = 0.05 + better / 2;
      boolean isWin = x < win;
      boolean isLoss = x >= win && x < 0.1;
      batch.add(new Pair(isLoss ? 1 : 0, isWin ? 1 : 0, "g" + i));
    }
    return test.afterPairs(batch);
  }

  /** Two in ten are better by 0.2 and one in twenty worse by 0.8: none is better on average. */
  private static SequentialTest skewed(
      SequentialTest test, double better, SplittableRandom random) {
    List<Pair> batch = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      double x = random.nextDouble();
      double loss = 0.05 - better / 1.6;
      double live = x < loss ? 0.8 : 0;
      double candidate = x > 0.8 - better * 2.5 ? 0.2 : 0;
      batch.add(new Pair(live, candidate, "g" + i));
    }
    return test.afterPairs(batch);
  }

  private static Play arms(double share, boolean isGraded) {
    return (test, better, random) -> {
      List<Trial> batch = new ArrayList<>();
      for (int group = 0; batch.size() < BATCH; group++) {
        boolean isCandidate = random.nextDouble() < share;
        double luck = isGraded ? random.nextDouble(-0.15, 0.15) : 0;
        int size = isGraded ? 1 + random.nextInt(3) : 1;
        for (int i = 0; i < size; i++) {
          double mean = 0.7 + luck + (isCandidate ? better : 0);
          double reward =
              isGraded
                  ? mean + random.nextDouble(-1, 1) * (1 - mean)
                  : random.nextDouble() < mean ? 1 : 0;
          batch.add(new Trial(isCandidate, share, Math.clamp(reward, 0, 1), "g" + group));
        }
      }
      return test.afterTrials(batch);
    };
  }
}
