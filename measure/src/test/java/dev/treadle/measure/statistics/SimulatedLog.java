package dev.treadle.measure.statistics;

import dev.treadle.measure.statistics.OffPolicy.Logged;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A world with a few kinds of questions, whose true values are known, and logs drawn from it.
 *
 * @param actions from 2
 * @param isStrong whether the candidate mostly chooses what the log seldom chose
 * @param isGraded rewards between 0 and 1 instead of 0 or 1
 * @param isClustered conversations of 1 to 10 records that share their kind and their luck
 */
record SimulatedLog(
    int records, int actions, boolean isStrong, boolean isGraded, boolean isClustered) {
  private static final int KINDS = 6;
  private static final double LUCK = 0.2;

  /** A world: mean rewards, the log's and the candidate's probabilities, a model that errs. */
  record World(
      List<double[]> mean, List<double[]> logging, List<double[]> target, List<double[]> model) {
    /** What the candidate earns in truth: kinds are equally frequent. */
    double truth() {
      double truth = 0;
      for (int kind = 0; kind < KINDS; kind++) {
        for (int action = 0; action < mean.get(kind).length; action++) {
          truth += target.get(kind)[action] * mean.get(kind)[action] / KINDS;
        }
      }
      return truth;
    }
  }

  String name() {
    return "%5d records, %d actions, %-6s, %-6s, %-9s"
        .formatted(
            records,
            actions,
            isStrong ? "strong" : "mild",
            isGraded ? "graded" : "binary",
            isClustered ? "clustered" : "single");
  }

  World world(SplittableRandom random) {
    World world =
        new World(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int kind = 0; kind < KINDS; kind++) {
      double[] mean = new double[actions];
      double[] model = new double[actions];
      double[] taste = new double[actions];
      for (int action = 0; action < actions; action++) {
        mean[action] = random.nextDouble(LUCK, 1 - LUCK);
        model[action] = Math.clamp(mean[action] + random.nextDouble(-0.15, 0.15), 0, 1);
        taste[action] = random.nextDouble(-1, 1);
      }
      world.mean.add(mean);
      world.model.add(model);
      double sharp = isStrong ? 2.0 : 0.5;
      world.logging.add(softmax(taste, sharp, 0.05));
      world.target.add(softmax(isStrong ? negated(taste) : mean, isStrong ? 3 : 2, 0));
    }
    return world;
  }

  private static double[] negated(double[] values) {
    double[] negated = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      negated[i] = -values[i];
    }
    return negated;
  }

  private static double[] softmax(double[] taste, double sharpness, double least) {
    double[] shares = new double[taste.length];
    double sum = 0;
    for (int i = 0; i < taste.length; i++) {
      shares[i] = Math.exp(sharpness * taste[i]);
      sum += shares[i];
    }
    for (int i = 0; i < taste.length; i++) {
      shares[i] = least + (1 - least * taste.length) * shares[i] / sum;
    }
    return shares;
  }

  List<Logged> draw(World world, SplittableRandom random) {
    List<Logged> log = new ArrayList<>();
    int group = 0;
    int left = 0;
    int kind = 0;
    double luck = 0;
    while (log.size() < records) {
      if (left == 0) {
        left = isClustered ? 1 + random.nextInt(10) : 1;
        kind = random.nextInt(KINDS);
        luck = isClustered ? random.nextDouble(-LUCK, LUCK) : 0;
        group++;
      }
      left--;
      int action = drawn(world.logging.get(kind), random);
      double mean = world.mean.get(kind)[action] + luck;
      log.add(
          new Logged(
              action,
              world.logging.get(kind)[action],
              reward(mean, random),
              world.target.get(kind),
              world.model.get(kind),
              "c" + group));
    }
    return log;
  }

  private double reward(double mean, SplittableRandom random) {
    if (isGraded) {
      double reach = Math.min(mean, 1 - mean);
      return mean + random.nextDouble(-1, 1) * reach;
    }
    return random.nextDouble() < mean ? 1 : 0;
  }

  private static int drawn(double[] shares, SplittableRandom random) {
    double x = random.nextDouble();
    for (int i = 0; i < shares.length - 1; i++) {
      x -= shares[i];
      if (x < 0) {
        return i;
      }
    }
    return shares.length - 1;
  }
}
