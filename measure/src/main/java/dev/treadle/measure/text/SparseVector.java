package dev.treadle.measure.text;

/** The known grams of a text as a vector of length at most 1. */
final class SparseVector {
  private final int[] rows;
  private final float[] values;
  private final double known;

  SparseVector(int[] rows, float[] values, double known) {
    this.rows = rows;
    this.values = values;
    this.known = known;
  }

  /** Which rows of weights it touches, each once. */
  int[] rows() {
    return rows;
  }

  /** The value at each of these rows. */
  float[] values() {
    return values;
  }

  /** The squared length, which is the share of the text that is known. */
  double known() {
    return known;
  }
}
