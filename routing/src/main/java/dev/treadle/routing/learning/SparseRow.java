package dev.treadle.routing.learning;

/** A vector most of whose elements are nothing: where it has something, ascending, and what. */
@SuppressWarnings("ArrayRecordComponent") // Read in the innermost loops; never shared outside.
record SparseRow(int[] places, float[] values) {
  double dot(double[] dense) {
    double sum = 0;
    for (int i = 0; i < places.length; i++) {
      sum += values[i] * dense[places[i]];
    }
    return sum;
  }
}
