package dev.treadle.measure.text;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Ridge regression on sparse texts by conjugate gradients, each output for itself.
 *
 * <p>Solves (XᵀCX + λ)w = XᵀCt, C the examples' weights. An output's examples without a target are
 * left out of its problem.
 */
final class Ridge {
  private static final int STEPS = 60;
  private static final double ENOUGH = 1e-8;

  private final List<SparseVector> examples;
  private final int rows;
  private final double[][] targets;
  private final double[] exampleWeights;
  private final double ridge;

  Ridge(
      List<SparseVector> examples,
      int rows,
      double[][] targets,
      double[] exampleWeights,
      double ridge) {
    this.examples = examples;
    this.rows = rows;
    this.targets = targets;
    this.exampleWeights = exampleWeights;
    this.ridge = ridge;
  }

  /** The weights: a row for each gram, and one for the biases, which are nothing. */
  float[] train(int outputs) {
    float[] weights = new float[(rows + 1) * outputs];
    IntStream.range(0, outputs)
        .parallel()
        .forEach(
            output -> {
              double[] solved = solve(output);
              for (int row = 0; row < rows; row++) {
                weights[row * outputs + output] = (float) solved[row];
              }
            });
    return weights;
  }

  private double[] solve(int output) {
    double[] solution = new double[rows];
    double[] rest = new double[rows];
    for (int i = 0; i < examples.size(); i++) {
      if (weight(i, output) > 0) {
        scatter(rest, examples.get(i), weight(i, output) * targets[i][output]);
      }
    }
    double[] direction = rest.clone();
    double square = dot(rest, rest);
    double enough = square * ENOUGH;
    for (int step = 0; step < STEPS && square > enough; step++) {
      double[] image = image(direction, output);
      double length = square / dot(direction, image);
      for (int row = 0; row < rows; row++) {
        solution[row] += length * direction[row];
        rest[row] -= length * image[row];
      }
      double before = square;
      square = dot(rest, rest);
      for (int row = 0; row < rows; row++) {
        direction[row] = rest[row] + square / before * direction[row];
      }
    }
    return solution;
  }

  /** What the matrix makes of a vector. */
  private double[] image(double[] vector, int output) {
    double[] image = new double[rows];
    for (int row = 0; row < rows; row++) {
      image[row] = ridge * vector[row];
    }
    for (int i = 0; i < examples.size(); i++) {
      double weight = weight(i, output);
      if (weight > 0) {
        scatter(image, examples.get(i), weight * gather(vector, examples.get(i)));
      }
    }
    return image;
  }

  private double weight(int example, int output) {
    return Double.isNaN(targets[example][output]) ? 0 : exampleWeights[example];
  }

  private static double gather(double[] dense, SparseVector vector) {
    double sum = 0;
    for (int k = 0; k < vector.rows().length; k++) {
      sum += dense[vector.rows()[k]] * vector.values()[k];
    }
    return sum;
  }

  private static void scatter(double[] dense, SparseVector vector, double factor) {
    for (int k = 0; k < vector.rows().length; k++) {
      dense[vector.rows()[k]] += factor * vector.values()[k];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
