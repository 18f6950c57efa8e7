package dev.treadle.training.serving;

import dev.treadle.training.TrainingError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Chooses tokens by their logits: temperature first, then the likeliest {@code topK}, then those
 * that have {@code topP} of what is left together, as Hugging Face does. Same logits, same seed,
 * same tokens.
 */
final class Sampler {
  /** Only what is this likely beside the likeliest is sorted at first; later ever less. */
  private static final double FIRST_BOUND = 1e-3;

  private static final double LEAST_BOUND = 1e-30;

  private final Sampling sampling;
  private final SplittableRandom random;
  private double[] weights = {};

  Sampler(Sampling sampling) {
    this.sampling = sampling;
    this.random = new SplittableRandom(sampling.seed());
  }

  /** A token among the first {@code count} logits. */
  int draw(float[] logits, int count) {
    int likeliest = likeliest(logits, count);
    if (!Float.isFinite(logits[likeliest])) {
      throw TrainingError.NOT_FINITE.because(
          "the model's scores are not finite numbers: its weights are damaged, or too large for"
              + " the numbers that it is computed with");
    }
    if (sampling.temperature() == 0) {
      return likeliest;
    }
    double total = weigh(logits, count, logits[likeliest]);
    if (sampling.topK() == 0 && sampling.topP() == 1) {
      return drawAny(count, total, likeliest);
    }
    return drawAmong(candidates(count, total), total);
  }

  static int likeliest(float[] logits, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      // Not a number is never better.
      best = logits[i] > logits[best] || Float.isNaN(logits[best]) ? i : best;
    }
    return best;
  }

  /** Sets how likely each is beside the likeliest; their sum. */
  private double weigh(float[] logits, int count, float most) {
    if (weights.length < count) {
      weights = new double[count];
    }
    double total = 0;
    for (int i = 0; i < count; i++) {
      double weight = Math.exp(((double) logits[i] - most) / sampling.temperature());
      weights[i] = weight >= 0 ? weight : 0;
      total += weights[i];
    }
    return total;
  }

  private int drawAny(int count, double total, int likeliest) {
    double left = random.nextDouble() * total;
    for (int i = 0; i < count; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return likeliest;
  }

  /** The likeliest, as many as can be meant, the likeliest first. */
  private List<Integer> candidates(int count, double total) {
    double bound = FIRST_BOUND;
    while (true) {
      List<Integer> found = new ArrayList<>();
      double sum = 0;
      for (int i = 0; i < count; i++) {
        if (weights[i] >= bound) {
          found.add(i);
          sum += weights[i];
        }
      }
      boolean hasEnough =
          sampling.topK() > 0 ? found.size() >= sampling.topK() : sum >= sampling.topP() * total;
      if (hasEnough || found.size() == count || bound == 0) {
        found.sort(
            Comparator.comparingDouble((Integer it) -> -weights[it]).thenComparing(it -> it));
        return sampling.topK() > 0
            ? found.subList(0, Math.min(sampling.topK(), found.size()))
            : found;
      }
      bound = bound <= LEAST_BOUND ? 0 : bound * FIRST_BOUND;
    }
  }

  private int drawAmong(List<Integer> candidates, double total) {
    double sum = total;
    if (sampling.topK() > 0) {
      sum = candidates.stream().mapToDouble(it -> weights[it]).sum();
    }
    double kept = 0;
    int size = 0;
    while (size < candidates.size() && (size == 0 || kept < sampling.topP() * sum)) {
      kept += weights[candidates.get(size++)];
    }
    double left = random.nextDouble() * kept;
    for (int i = 0; i < size; i++) {
      left -= weights[candidates.get(i)];
      if (left < 0) {
        return candidates.get(i);
      }
    }
    return candidates.getFirst();
  }

  /** The {@code most} likeliest, the likeliest first. */
  static List<Integer> top(float[] logits, int count, int most) {
    List<Integer> top = new ArrayList<>();
    for (int i = 0; i < count && most > 0; i++) {
      if (top.size() < most || logits[i] > logits[top.getLast()]) {
        int at = top.size();
        while (at > 0 && logits[i] > logits[top.get(at - 1)]) {
          at--;
        }
        top.add(at, i);
        if (top.size() > most) {
          top.removeLast();
        }
      }
    }
    return top;
  }

  /** The logarithm of the sum of all tokens' likelihoods: a logit less it is a log-probability. */
  static double normalizer(float[] logits, int count) {
    double most = logits[likeliest(logits, count)];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(logits[i] - most);
    }
    return most + Math.log(sum);
  }
}
