package dev.treadle.measure.text;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Trains a linear model by multinomial logistic regression: stochastic gradients, a rate that falls
 * to nothing, half of each text's grams left out at every visit, and targets that leave a tenth to
 * the other labels.
 *
 * <p>Leaving grams out (Wager, Wang and Liang, "Dropout Training as Adaptive Regularization", 2013)
 * keeps a few strong words from doing all the work; here it did more for accuracy than any penalty
 * on the size of the weights. One thread, one order of visits: the same weights every time.
 */
final class Softmax {
  private static final double LEFT_OUT = 0.5;
  private static final double SMOOTHING = 0.1;
  private static final double RATE = 3;
  private static final double LAST_RATE = 0.01;

  private final List<SparseVector> examples;
  private final int[] labels;
  private final int rows;
  private final int outputs;
  private final SplittableRandom random;
  private final float[] weights;
  private final float[] steps;
  private final int[] keptRows;
  private final float[] keptValues;

  /**
   * @param labels for each example its output
   * @param rows how many grams there are
   */
  Softmax(List<SparseVector> examples, int[] labels, int rows, int outputs, long seed) {
    this.examples = examples;
    this.labels = labels;
    this.rows = rows;
    this.outputs = outputs;
    random = new SplittableRandom(seed);
    weights = new float[(rows + 1) * outputs];
    steps = new float[outputs];
    int longest = examples.stream().mapToInt(it -> it.rows().length).max().orElse(0);
    keptRows = new int[longest];
    keptValues = new float[longest];
  }

  /** The weights after so many sweeps: a row for each gram, and one for the biases. */
  float[] train(int sweeps) {
    int[] order = new int[examples.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    for (int sweep = 0; sweep < sweeps; sweep++) {
      shuffle(order, random);
      double rate = RATE * (1 + LAST_RATE - (double) sweep / sweeps);
      for (int example : order) {
        visit(examples.get(example), labels[example], rate);
      }
    }
    return weights;
  }

  private void visit(SparseVector vector, int label, double rate) {
    int kept = leaveOut(vector);
    System.arraycopy(weights, rows * outputs, steps, 0, outputs);
    for (int k = 0; k < kept; k++) {
      gather(steps, weights, keptRows[k] * outputs, keptValues[k]);
    }
    scoresToSteps(label, rate);
    for (int k = 0; k < kept; k++) {
      scatter(weights, keptRows[k] * outputs, steps, keptValues[k]);
    }
    scatter(weights, rows * outputs, steps, 1);
  }

  private int leaveOut(SparseVector vector) {
    int kept = 0;
    int[] from = vector.rows();
    for (int k = 0; k < from.length; k++) {
      if (random.nextDouble() >= LEFT_OUT) {
        keptRows[kept] = from[k];
        keptValues[kept++] = (float) (vector.values()[k] / (1 - LEFT_OUT));
      }
    }
    return kept;
  }

  /** Scores become what is added to each output: the target less the probability, by the rate. */
  private void scoresToSteps(int label, double rate) {
    float highest = Float.NEGATIVE_INFINITY;
    for (float score : steps) {
      highest = Math.max(highest, score);
    }
    double sum = 0;
    for (int output = 0; output < outputs; output++) {
      steps[output] = (float) Math.exp(steps[output] - highest);
      sum += steps[output];
    }
    for (int output = 0; output < outputs; output++) {
      double target = SMOOTHING / outputs + (output == label ? 1 - SMOOTHING : 0);
      steps[output] = (float) (rate * (target - steps[output] / sum));
    }
  }

  private static void gather(float[] scores, float[] weights, int offset, float value) {
    for (int i = 0; i < scores.length; i++) {
      scores[i] += value * weights[offset + i];
    }
  }

  private static void scatter(float[] weights, int offset, float[] steps, float value) {
    for (int i = 0; i < steps.length; i++) {
      weights[offset + i] += value * steps[i];
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
