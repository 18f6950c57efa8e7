package dev.treadle.routing.learning;

import java.util.Arrays;
import java.util.List;

/**
 * Weights of several linear outputs over shared features, by ridge regression: conjugate gradients
 * on (XᵀX + λ)w = Xᵀt, all outputs at once. A target that is NaN is not known, and left out.
 */
public final class RidgeWeights {
  private static final int STEPS = 60;
  private static final double ENOUGH = 1e-6;

  /** Of workloads' features: however little texts tell, workloads do. */
  private static final double WORKLOAD_RIDGE = 12;

  private final float[] weights;
  private final int outputs;

  private RidgeWeights(float[] weights, int outputs) {
    this.weights = weights;
    this.outputs = outputs;
  }

  /**
   * Learns.
   *
   * @param workloads how many of them have a feature of their own
   * @param targets for each row, its outputs
   * @param ridge of texts' features by output, above 0; infinite for an output that is not learned
   */
  public static RidgeWeights train(
      List<TextFeatures.Row> rows,
      TextFeatures features,
      int workloads,
      double[][] targets,
      double[] ridge) {
    return new Solver(rows, features.size(), workloads, targets, ridge).solve();
  }

  /** The outputs for a text; 0 for one that was not learned. */
  public double[] predict(TextFeatures.Row row) {
    double[] predicted = new double[outputs];
    int[] places = row.features.places();
    float[] values = row.features.values();
    for (int i = 0; i < places.length; i++) {
      int from = places[i] * outputs;
      for (int output = 0; output < outputs; output++) {
        predicted[output] += values[i] * weights[from + output];
      }
    }
    return predicted;
  }

  /** Writes all that {@link #read} needs. */
  public void write(LearningFile.Writer out) {
    out.floats(weights);
  }

  /** Reads what {@link #write} wrote. */
  public static RidgeWeights read(
      LearningFile.Reader in, TextFeatures features, int workloads, int outputs) {
    float[] weights = in.floats();
    in.check(
        weights.length == (features.size() + (long) workloads) * outputs,
        "its weights do not fit its features");
    return new RidgeWeights(weights, outputs);
  }

  /** One training. */
  private static final class Solver {
    private final List<TextFeatures.Row> rows;
    private final double[][] targets;
    private final double[] ridge;
    private final int outputs;
    private final int texts;
    private final double[] solution;
    private final double[] rest;

    Solver(
        List<TextFeatures.Row> rows,
        int features,
        int workloads,
        double[][] targets,
        double[] ridge) {
      this.rows = rows;
      this.targets = targets;
      this.ridge = ridge;
      this.outputs = ridge.length;
      this.texts = features * outputs;
      this.solution = new double[(features + workloads) * outputs];
      this.rest = new double[solution.length];
    }

    RidgeWeights solve() {
      for (int i = 0; i < rows.size(); i++) {
        double[] known = targets[i].clone();
        for (int output = 0; output < outputs; output++) {
          known[output] =
              Double.isNaN(known[output]) || Double.isInfinite(ridge[output]) ? 0 : known[output];
        }
        scatter(rest, rows.get(i).features, known);
      }
      double[] direction = rest.clone();
      double[] squares = squares(rest);
      double[] enough = Arrays.stream(squares).map(it -> it * ENOUGH).toArray();
      for (int step = 0; step < STEPS && isAnyAbove(squares, enough); step++) {
        double[] image = image(direction);
        double[] lengths = products(direction, image);
        for (int output = 0; output < outputs; output++) {
          lengths[output] = lengths[output] > 0 ? squares[output] / lengths[output] : 0;
        }
        double[] before = squares;
        move(lengths, direction, image);
        squares = squares(rest);
        for (int output = 0; output < outputs; output++) {
          double share = before[output] > 0 ? squares[output] / before[output] : 0;
          for (int i = output; i < direction.length; i += outputs) {
            direction[i] = rest[i] + share * direction[i];
          }
        }
      }
      float[] rounded = new float[solution.length];
      for (int i = 0; i < rounded.length; i++) {
        rounded[i] = (float) solution[i];
      }
      return new RidgeWeights(rounded, outputs);
    }

    private void move(double[] lengths, double[] direction, double[] image) {
      for (int output = 0; output < outputs; output++) {
        double length = lengths[output];
        for (int i = output; i < solution.length; i += outputs) {
          solution[i] += length * direction[i];
          rest[i] -= length * image[i];
        }
      }
    }

    private static boolean isAnyAbove(double[] values, double[] bounds) {
      for (int i = 0; i < values.length; i++) {
        if (values[i] > bounds[i]) {
          return true;
        }
      }
      return false;
    }

    /** What the matrix makes of a vector of each output. */
    private double[] image(double[] vector) {
      double[] image = new double[vector.length];
      for (int output = 0; output < outputs; output++) {
        double it = Double.isInfinite(ridge[output]) ? 1 : ridge[output];
        for (int i = output; i < image.length; i += outputs) {
          image[i] = (i < texts ? it : WORKLOAD_RIDGE) * vector[i];
        }
      }
      double[] sums = new double[outputs];
      for (int i = 0; i < rows.size(); i++) {
        SparseRow row = rows.get(i).features;
        Arrays.fill(sums, 0);
        for (int k = 0; k < row.places().length; k++) {
          int from = row.places()[k] * outputs;
          for (int output = 0; output < outputs; output++) {
            sums[output] += row.values()[k] * vector[from + output];
          }
        }
        for (int output = 0; output < outputs; output++) {
          sums[output] = Double.isNaN(targets[i][output]) ? 0 : sums[output];
        }
        scatter(image, row, sums);
      }
      return image;
    }

    private void scatter(double[] dense, SparseRow row, double[] factors) {
      for (int k = 0; k < row.places().length; k++) {
        int from = row.places()[k] * outputs;
        for (int output = 0; output < outputs; output++) {
          dense[from + output] += factors[output] * row.values()[k];
        }
      }
    }

    private double[] squares(double[] vector) {
      return products(vector, vector);
    }

    private double[] products(double[] a, double[] b) {
      double[] sums = new double[outputs];
      for (int output = 0; output < outputs; output++) {
        double sum = 0;
        for (int i = output; i < a.length; i += outputs) {
          sum += a[i] * b[i];
        }
        sums[output] = sum;
      }
      return sums;
    }
  }
}
