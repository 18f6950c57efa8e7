package dev.treadle.measure.text;

/** The scores of a text that a model was not trained on, and the label that would be right. */
final class HeldOut {
  private final float[] scores;
  private final int label;

  HeldOut(float[] scores, int label) {
    this.scores = scores;
    this.label = label;
  }

  float[] scores() {
    return scores;
  }

  int label() {
    return label;
  }
}
