package dev.treadle.measure.text;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Trains linear support vector machines, one output against the rest with squared hinge loss, by
 * coordinate ascent in the dual (Hsieh et al., "A Dual Coordinate Descent Method for Large-scale
 * Linear SVM", 2008), all outputs of a block in one sweep over the examples.
 *
 * <p>Every output is a problem of its own, so that blocks of them may be trained on different
 * threads and nothing shows how many there were.
 */
final class DualAscent {
  private static final int BLOCK = 64;

  private final List<SparseVector> examples;
  private final double[] squares;
  private final int rows;
  private final int outputs;
  private final int[] labels;
  private final double cost;

  /**
   * @param labels for each example the output that shall be above 1; all others shall be below -1.
   *     With -1, all of them
   * @param cost how much a mistake weighs
   */
  DualAscent(List<SparseVector> examples, int rows, int outputs, int[] labels, double cost) {
    this.examples = examples;
    this.rows = rows;
    this.outputs = outputs;
    this.labels = labels;
    this.cost = cost;
    // The bias is a gram that every text has.
    squares = examples.stream().mapToDouble(it -> 1 + it.known()).toArray();
  }

  /**
   * Moves the duals of the outputs from {@code from} on, given their scores, and leaves in {@code
   * scores} by how much of the example each output's weights move.
   */
  private void move(int example, int from, float[] scores, float[] duals) {
    float diagonal = (float) (1 / (2 * cost));
    float step = (float) (1 / (squares[example] + diagonal));
    int own = labels[example] - from;
    int offset = example * scores.length;
    for (int i = 0; i < scores.length; i++) {
      float sign = i == own ? 1 : -1;
      float dual = duals[offset + i];
      float moved = Math.max(0, dual - (sign * scores[i] - 1 + dual * diagonal) * step);
      duals[offset + i] = moved;
      scores[i] = (moved - dual) * sign;
    }
  }

  /** The weights after so many sweeps: a row for each gram, and one for the biases. */
  float[] train(int sweeps, long seed) {
    float[] weights = new float[(rows + 1) * outputs];
    int blocks = (outputs + BLOCK - 1) / BLOCK;
    IntStream.range(0, blocks)
        .parallel()
        .forEach(
            block -> {
              int from = (int) ((long) outputs * block / blocks);
              int to = (int) ((long) outputs * (block + 1) / blocks);
              trainBlock(weights, from, to, sweeps, new SplittableRandom(seed));
            });
    return weights;
  }

  private void trainBlock(float[] weights, int from, int to, int sweeps, SplittableRandom random) {
    int width = to - from;
    float[] own = new float[(rows + 1) * width];
    float[] duals = new float[examples.size() * width];
    float[] scores = new float[width];
    int[] order = IntStream.range(0, examples.size()).toArray();
    for (int sweep = 0; sweep < sweeps; sweep++) {
      shuffle(order, random);
      for (int example : order) {
        SparseVector vector = examples.get(example);
        System.arraycopy(own, rows * width, scores, 0, width);
        for (int k = 0; k < vector.rows().length; k++) {
          gather(scores, own, vector.rows()[k] * width, vector.values()[k]);
        }
        move(example, from, scores, duals);
        for (int k = 0; k < vector.rows().length; k++) {
          scatter(own, vector.rows()[k] * width, scores, vector.values()[k]);
        }
        scatter(own, rows * width, scores, 1);
      }
    }
    for (int row = 0; row <= rows; row++) {
      System.arraycopy(own, row * width, weights, row * outputs + from, width);
    }
  }

  private static void gather(float[] scores, float[] weights, int offset, float value) {
    for (int i = 0; i < scores.length; i++) {
      scores[i] += value * weights[offset + i];
    }
  }

  private static void scatter(float[] weights, int offset, float[] moves, float value) {
    for (int i = 0; i < moves.length; i++) {
      weights[offset + i] += value * moves[i];
    }
  }

  static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
  }
}
