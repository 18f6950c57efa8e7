package dev.treadle.measure.text;

/**
 * One row of weights for each known gram, a weight for each output, in eight bits with one scale a
 * row; and the outputs' biases.
 */
final class LinearWeights {
  private final int outputs;
  private final byte[] weights;
  private final float[] scales;
  private final float[] biases;

  LinearWeights(byte[] weights, float[] scales, float[] biases) {
    this.outputs = biases.length;
    this.weights = weights;
    this.scales = scales;
    this.biases = biases;
  }

  /** Rounds full weights, row after row; the last row holds the biases. */
  static LinearWeights rounded(float[] full, int outputs) {
    int rows = full.length / outputs - 1;
    byte[] weights = new byte[rows * outputs];
    float[] scales = new float[rows];
    for (int row = 0; row < rows; row++) {
      float largest = 0;
      for (int i = row * outputs; i < (row + 1) * outputs; i++) {
        largest = Math.max(largest, Math.abs(full[i]));
      }
      scales[row] = largest / Byte.MAX_VALUE;
      for (int i = row * outputs; i < (row + 1) * outputs && largest > 0; i++) {
        weights[i] = (byte) Math.round(full[i] / scales[row]);
      }
    }
    float[] biases = new float[outputs];
    System.arraycopy(full, rows * outputs, biases, 0, outputs);
    return new LinearWeights(weights, scales, biases);
  }

  int outputs() {
    return outputs;
  }

  /** The output with the highest score. */
  static int highest(float[] scores) {
    return new Scope(scores.length, false).best(scores);
  }

  /** The scores of all outputs. */
  float[] scores(SparseVector vector) {
    float[] scores = biases.clone();
    int[] rows = vector.rows();
    float[] values = vector.values();
    for (int k = 0; k < rows.length; k++) {
      add(scores, rows[k] * outputs, values[k] * scales[rows[k]]);
    }
    return scores;
  }

  private void add(float[] scores, int offset, float factor) {
    for (int output = 0; output < scores.length; output++) {
      scores[output] += factor * weights[offset + output];
    }
  }

  void write(ModelFile.Writer out) {
    out.floats(biases).floats(scales).bytes(weights);
  }

  static LinearWeights read(ModelFile.Reader in, int rows) {
    float[] biases = in.floats();
    float[] scales = in.floats();
    byte[] weights = in.bytes();
    in.check(
        biases.length > 0 && scales.length == rows && weights.length == (long) rows * biases.length,
        "its weights do not fit together");
    return new LinearWeights(weights, scales, biases);
  }
}
