package dev.treadle.measure.text;

import java.util.Arrays;
import java.util.List;

/**
 * What a classifier's scores mean, and how good it was, on texts that it had not been trained on.
 *
 * @param sharpness what scores are multiplied with before they are made probabilities
 * @param threshold how familiar a text must look to count as in scope
 * @param heldOut how many texts in scope this was fitted on; 0 where there were too few, and the
 *     rest is a guess
 * @param accuracy share of them whose label was right
 * @param calibrationError expected difference between confidence and accuracy, in ten bins
 * @param outOfScopeAuroc how often a text in scope looked more familiar than one out of scope; NaN
 *     where there were no examples out of scope
 */
public record Calibration(
    double sharpness,
    double threshold,
    int heldOut,
    double accuracy,
    double calibrationError,
    double outOfScopeAuroc) {
  /** Where nothing could be held out. */
  private static final Calibration GUESS =
      new Calibration(1, 0, 0, Double.NaN, Double.NaN, Double.NaN);

  /** Without examples out of scope, so much of what is in scope stays in it. */
  private static final double KEPT = 0.95;

  static Calibration fitted(List<HeldOut> heldOut, Scope scope) {
    List<HeldOut> inScope = heldOut.stream().filter(it -> scope.isLabel(it.label())).toList();
    double[] in = familiarities(inScope, scope);
    double[] out =
        familiarities(heldOut.stream().filter(it -> !scope.isLabel(it.label())).toList(), scope);
    if (in.length == 0) {
      return GUESS;
    }
    double sharpness = sharpness(inScope, scope);
    return new Calibration(
        sharpness,
        out.length == 0 ? in[(int) (in.length * (1 - KEPT))] : bestThreshold(in, out),
        in.length,
        inScope.stream()
            .mapToInt(it -> scope.best(it.scores()) == it.label() ? 1 : 0)
            .average()
            .orElse(0),
        calibrationError(inScope, scope, sharpness),
        out.length == 0 ? Double.NaN : auroc(in, out));
  }

  /** How much a text as familiar as that looks like in scope: 0 to 1, half at the threshold. */
  double inScope(double familiarity) {
    return 1 / (1 + Math.exp(threshold - familiarity));
  }

  private static double[] familiarities(List<HeldOut> heldOut, Scope scope) {
    return heldOut.stream().mapToDouble(it -> scope.familiarity(it.scores())).sorted().toArray();
  }

  /** The sharpness of the least loss of the right labels, by golden sections. */
  private static double sharpness(List<HeldOut> heldOut, Scope scope) {
    double ratio = (Math.sqrt(5) - 1) / 2;
    double low = Math.log(0.1);
    double high = Math.log(10);
    for (int step = 0; step < 12; step++) {
      double left = high - ratio * (high - low);
      double right = low + ratio * (high - low);
      if (loss(heldOut, scope, Math.exp(left)) < loss(heldOut, scope, Math.exp(right))) {
        high = right;
      } else {
        low = left;
      }
    }
    return Math.exp((low + high) / 2);
  }

  private static double loss(List<HeldOut> heldOut, Scope scope, double sharpness) {
    double loss = 0;
    for (HeldOut it : heldOut) {
      loss -= Math.log(Math.max(1e-12, scope.confidence(it.scores(), it.label(), sharpness)));
    }
    return loss;
  }

  private static double calibrationError(List<HeldOut> heldOut, Scope scope, double sharpness) {
    double[] gaps = new double[10];
    for (HeldOut it : heldOut) {
      int best = scope.best(it.scores());
      double confidence = scope.confidence(it.scores(), best, sharpness);
      gaps[Math.min(9, (int) (confidence * 10))] += confidence - (best == it.label() ? 1 : 0);
    }
    return Arrays.stream(gaps).map(Math::abs).sum() / heldOut.size();
  }

  /** The threshold with the highest mean of the shares that are told right on either side. */
  private static double bestThreshold(double[] in, double[] out) {
    double best = Double.NEGATIVE_INFINITY;
    double threshold = 0;
    for (double candidate : in) {
      double right =
          (double) below(out, candidate) / out.length - (double) below(in, candidate) / in.length;
      if (right > best) {
        best = right;
        threshold = candidate;
      }
    }
    return threshold;
  }

  /** How often one of the first is above one of the second; both sorted. */
  static double auroc(double[] in, double[] out) {
    double above = 0;
    for (double score : in) {
      int below = below(out, score);
      int equal = below(out, Math.nextUp(score)) - below;
      above += below + equal / 2.0;
    }
    return above / in.length / out.length;
  }

  private static int below(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  void write(ModelFile.Writer out) {
    out.number(sharpness)
        .number(threshold)
        .integer(heldOut)
        .number(accuracy)
        .number(calibrationError)
        .number(outOfScopeAuroc);
  }

  static Calibration read(ModelFile.Reader in) {
    return new Calibration(
        in.number(), in.number(), in.integer(), in.number(), in.number(), in.number());
  }
}
