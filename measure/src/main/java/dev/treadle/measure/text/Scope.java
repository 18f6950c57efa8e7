package dev.treadle.measure.text;

/**
 * Which outputs of a classifier stand for labels: all, or all but a last one that stands for what
 * has none.
 */
record Scope(int labels, boolean hasOutside) {
  /** How much a text's likeness to the known examples of nothing counts. */
  private static final double OUTSIDE = 0.3;

  int outputs() {
    return labels + (hasOutside ? 1 : 0);
  }

  boolean isLabel(int output) {
    return output < labels;
  }

  /** The label with the highest score. */
  int best(float[] scores) {
    int best = 0;
    for (int i = 1; i < labels; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }

  /** The probability of one label among all, scores being multiplied with the sharpness first. */
  double confidence(float[] scores, int label, double sharpness) {
    double sum = 0;
    for (int i = 0; i < labels; i++) {
      sum += Math.exp((scores[i] - scores[label]) * sharpness);
    }
    return 1 / sum;
  }

  /**
   * How familiar a text looks: the best label's score, which is low where little is known of the
   * text, and the logarithm of its probability, which is low where several labels fit; less a share
   * of the score of what has no label.
   *
   * <p>The log-sum of all scores (the energy) told examples of nothing as well from the others, but
   * labels that had been left out of training worse.
   */
  double familiarity(float[] scores) {
    int best = best(scores);
    double familiarity = scores[best] + Math.log(confidence(scores, best, 1));
    return hasOutside ? familiarity - OUTSIDE * scores[labels] : familiarity;
  }
}
