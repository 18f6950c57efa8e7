package dev.treadle.routing;

import dev.treadle.routing.learning.RidgeWeights;
import dev.treadle.routing.learning.TextFeatures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Learns what texts add to the workloads' means, and whether they add anything: each strength is
 * tried on observations that it had not seen, and none is taken that did not do better there than
 * the means alone.
 */
final class Refinement {
  private static final double[] RIDGES = {1, 4, 12, 40, 120};
  private static final int FOLDS = 5;
  private static final int FEWEST = 30;

  /** Observations that strengths are tried on. */
  private static final int TRIED = 4_000;

  private final List<String> workloads;
  private final List<TextFeatures.Row> rows;
  private final TextFeatures features;
  private final int count;
  private final double[][] targets;
  private final List<String> groups;
  private final int alike;
  private final double usual;

  /**
   * What it learns from.
   *
   * @param rows of the texts, with the feature of their workload
   * @param count of workloads
   * @param alike how many of the first outputs share their strength
   */
  Refinement(
      List<String> workloads,
      List<TextFeatures.Row> rows,
      TextFeatures features,
      int count,
      double[][] targets,
      List<String> groups,
      int alike,
      double usual) {
    this.workloads = workloads;
    this.rows = rows;
    this.features = features;
    this.count = count;
    this.targets = targets;
    this.groups = groups;
    this.alike = alike;
    this.usual = usual;
  }

  /** The weights on texts; empty where texts add nothing. */
  Optional<RidgeWeights> train() {
    double[] ridge = strengths();
    if (Arrays.stream(ridge).allMatch(Double::isInfinite)) {
      return Optional.empty();
    }
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < targets.length; i++) {
      all.add(i);
    }
    return Optional.of(fit(all, ridge));
  }

  /** By output: the ridge that did best; infinite where none did better than the means alone. */
  private double[] strengths() {
    int outputs = targets[0].length;
    double[] best = new double[outputs];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    int step = Math.max(1, targets.length / TRIED);
    if (targets.length < FEWEST) {
      return best;
    }
    double[][] errors = new double[RIDGES.length + 1][outputs];
    for (int fold = 0; fold < FOLDS; fold++) {
      List<Integer> learned = new ArrayList<>();
      List<Integer> tested = new ArrayList<>();
      for (int i = 0; i < targets.length; i += step) {
        (fold(groups.get(i)) == fold ? tested : learned).add(i);
      }
      if (!learned.isEmpty() && !tested.isEmpty()) {
        tryOut(learned, tested, errors);
      }
    }
    for (int from = 0; from < outputs; from = from == 0 ? alike : from + 1) {
      int to = from == 0 ? alike : from + 1;
      double least = sum(errors[RIDGES.length], from, to);
      for (int r = RIDGES.length - 1; r >= 0; r--) {
        double error = sum(errors[r], from, to);
        if (error < least) {
          least = error;
          Arrays.fill(best, from, to, RIDGES[r]);
        }
      }
    }
    return best;
  }

  private static double sum(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).sum();
  }

  private static int fold(String group) {
    CRC32 hash = new CRC32();
    hash.update(group.getBytes(StandardCharsets.UTF_8));
    return (int) (hash.getValue() % FOLDS);
  }

  /** Adds up the squared errors of each strength, and at the end those of the means alone. */
  private void tryOut(List<Integer> learned, List<Integer> tested, double[][] errors) {
    WinRates means =
        WinRates.of(
            learned.stream().map(workloads::get).toList(),
            learned.stream().map(it -> targets[it]).toArray(double[][]::new),
            alike,
            usual);
    int outputs = targets[0].length;
    double[] ridge = new double[outputs];
    for (int r = 0; r <= RIDGES.length; r++) {
      Optional<RidgeWeights> weights = Optional.empty();
      if (r < RIDGES.length) {
        Arrays.fill(ridge, RIDGES[r]);
        weights = Optional.of(fit(learned, ridge));
      }
      for (int i : tested) {
        double[] predicted =
            weights.map(it -> it.predict(rows.get(i))).orElseGet(() -> new double[outputs]);
        for (int output = 0; output < outputs; output++) {
          double expected =
              weights.isPresent() ? predicted[output] : means.mean(workloads.get(i), output);
          double error = targets[i][output] - expected;
          errors[r][output] += Double.isNaN(error) ? 0 : error * error;
        }
      }
    }
  }

  private RidgeWeights fit(List<Integer> learned, double[] ridge) {
    List<TextFeatures.Row> texts = learned.stream().map(rows::get).toList();
    double[][] known = learned.stream().map(it -> targets[it]).toArray(double[][]::new);
    return RidgeWeights.train(texts, features, count, known, ridge);
  }
}
