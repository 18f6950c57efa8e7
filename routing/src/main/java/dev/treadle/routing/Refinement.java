package dev.treadle.routing;

import dev.treadle.routing.learning.LearningFile;
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
  private static final double[] RIDGES = {2, 6, 16, 50, 150};
  private static final double USUAL_RIDGE = 12;

  /** Of the logarithm of ridges around the usual one. */
  private static final double USUAL_SPREAD = 1.2;

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

  /** What was learned; empty where texts add nothing. */
  Optional<Learned> train() {
    double[] ridge = strengths();
    if (Arrays.stream(ridge).allMatch(Double::isInfinite)) {
      return Optional.empty();
    }
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < targets.length; i++) {
      all.add(i);
    }
    return Optional.of(new Learned(fit(all, ridge), ridge));
  }

  /** Weights, and for which outputs they do better than the workloads' means. */
  static final class Learned {
    private final RidgeWeights weights;
    private final double[] ridge;

    Learned(RidgeWeights weights, double[] ridge) {
      this.weights = weights;
      // A file holds finite numbers alone: 0 says that the means are better.
      this.ridge = Arrays.stream(ridge).map(it -> Double.isInfinite(it) ? 0 : it).toArray();
    }

    /** The outputs; the workload's mean stays where texts were not shown to tell more. */
    double[] predict(TextFeatures.Row row, double[] means) {
      double[] predicted = weights.predict(row);
      for (int output = 0; output < predicted.length; output++) {
        predicted[output] = ridge[output] > 0 ? predicted[output] : means[output];
      }
      return predicted;
    }

    void write(LearningFile.Writer out) {
      out.numbers(ridge);
      weights.write(out);
    }

    static Learned read(LearningFile.Reader in, TextFeatures features, int workloads, int outputs) {
      double[] ridge = in.numbers();
      in.check(ridge.length == outputs, "its strengths do not fit");
      return new Learned(RidgeWeights.read(in, features, workloads, outputs), ridge);
    }
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
    int tested = (targets.length + step - 1) / step;
    for (int from = 0; from < outputs; from = from == 0 ? alike : from + 1) {
      int to = from == 0 ? alike : from + 1;
      // Advantages sum to nothing: one of them is told by the others.
      Arrays.fill(best, from, to, strength(errors, from, to, tested * Math.max(1, to - from - 1)));
    }
    return best;
  }

  /**
   * The ridge of some outputs: the mean of the tried ones' logarithms, each weighed by how well it
   * explains what it had not seen, and by how near it is to the usual one. One trial alone would be
   * chosen by luck where several do about as well.
   */
  private static double strength(double[][] errors, int from, int to, int count) {
    double least = Double.POSITIVE_INFINITY;
    for (int r = 0; r < RIDGES.length; r++) {
      least = Math.min(least, sum(errors[r], from, to));
    }
    if (!(least < sum(errors[RIDGES.length], from, to))) {
      return Double.POSITIVE_INFINITY;
    }
    double variance = Math.max(least / count, Double.MIN_NORMAL);
    double weights = 0;
    double mean = 0;
    for (int r = 0; r < RIDGES.length; r++) {
      double unusual = Math.log(RIDGES[r] / USUAL_RIDGE) / USUAL_SPREAD;
      double worse = (sum(errors[r], from, to) - least) / variance;
      double weight = Math.exp(-(worse + unusual * unusual) / 2);
      weights += weight;
      mean += weight * Math.log(RIDGES[r]);
    }
    return Math.exp(mean / weights);
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
