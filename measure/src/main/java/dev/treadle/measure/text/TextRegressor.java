package dev.treadle.measure.text;

import dev.treadle.measure.MeasureError;
import dev.treadle.transcript.TreadleException;
import java.util.Arrays;
import java.util.List;

/**
 * Predicts several numbers from a text: linear in its n-grams, by ridge regression.
 *
 * <p>It learns how the texts differ from the mean of each number, so that a text of which nothing
 * is known gets about that mean. It never changes, and any number of threads may ask it.
 */
public final class TextRegressor {
  private final GramIndex grams;
  private final LinearWeights weights;
  private final double[] means;

  private TextRegressor(GramIndex grams, LinearWeights weights, double[] means) {
    this.grams = grams;
    this.weights = weights;
    this.means = means;
  }

  /**
   * Trains on texts that all weigh the same.
   *
   * @see #train(List, double[][], double[], double)
   */
  public static TextRegressor train(List<String> texts, double[][] targets, double ridge) {
    double[] same = new double[texts.size()];
    Arrays.fill(same, 1);
    return train(texts, targets, same, ridge);
  }

  /**
   * Trains one output for each column of the targets.
   *
   * @param targets for each text, its numbers; NaN where one is not known
   * @param exampleWeights for each text, how much it counts; not negative
   * @param ridge how much large weights cost, above 0: about 1 where targets are noisy or few, 0.1
   *     where texts tell much
   * @throws TreadleException if there is nothing to train on, or the shapes do not fit
   */
  public static TextRegressor train(
      List<String> texts, double[][] targets, double[] exampleWeights, double ridge) {
    int outputs = targets.length == 0 ? 0 : targets[0].length;
    check(texts, targets, exampleWeights, outputs, ridge);
    List<Grams> grams = Grams.ofAll(texts);
    GramIndex index = GramIndex.of(grams, TextClassifier.mostGrams(outputs));
    List<SparseVector> vectors = grams.parallelStream().map(index::vector).toList();
    double[] means = new double[outputs];
    for (int output = 0; output < outputs; output++) {
      means[output] = mean(targets, exampleWeights, output);
    }
    double[][] differences = new double[targets.length][outputs];
    for (int i = 0; i < targets.length; i++) {
      for (int output = 0; output < outputs; output++) {
        differences[i][output] = targets[i][output] - means[output];
      }
    }
    float[] full =
        new Ridge(vectors, index.size(), differences, exampleWeights, ridge).train(outputs);
    return new TextRegressor(index, LinearWeights.rounded(full, outputs), means);
  }

  private static void check(
      List<String> texts, double[][] targets, double[] weights, int outputs, double ridge) {
    boolean fits =
        !texts.isEmpty()
            && texts.size() <= TextClassifier.MOST_EXAMPLES
            && texts.size() == targets.length
            && texts.size() == weights.length
            && outputs > 0
            && outputs <= TextClassifier.MOST_LABELS
            && ridge > 0
            && Arrays.stream(targets).allMatch(it -> it.length == outputs)
            && Arrays.stream(weights).allMatch(it -> it >= 0 && it < Double.POSITIVE_INFINITY)
            && Arrays.stream(targets).flatMapToDouble(Arrays::stream).noneMatch(Double::isInfinite);
    if (!fits) {
      throw MeasureError.TEXT_TRAINING_REFUSED.because(
          "a text regressor is trained on 1 to %d texts with as many targets and weights, on 1 to %d outputs, with a ridge above 0: %d texts, %d targets, %d weights, %d outputs, ridge %s"
              .formatted(
                  TextClassifier.MOST_EXAMPLES,
                  TextClassifier.MOST_LABELS,
                  texts.size(),
                  targets.length,
                  weights.length,
                  outputs,
                  ridge));
    }
  }

  private static double mean(double[][] targets, double[] weights, int output) {
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < targets.length; i++) {
      if (!Double.isNaN(targets[i][output])) {
        sum += weights[i] * targets[i][output];
        weight += weights[i];
      }
    }
    return weight > 0 ? sum / weight : 0;
  }

  /** The numbers expected of the text, one for each output. */
  public double[] predict(String text) {
    float[] scores = weights.scores(grams.vector(Grams.of(text)));
    double[] predicted = means.clone();
    for (int output = 0; output < scores.length; output++) {
      predicted[output] += scores[output];
    }
    return predicted;
  }

  public int outputs() {
    return means.length;
  }

  /** The model as a file. */
  public byte[] save() {
    ModelFile.Writer out = new ModelFile.Writer(ModelFile.Kind.REGRESSOR);
    out.integer(means.length);
    for (double mean : means) {
      out.number(mean);
    }
    grams.write(out);
    weights.write(out);
    return out.toBytes();
  }

  /**
   * The model that {@link #save} wrote.
   *
   * @throws TreadleException if it is damaged, of another kind or of a version not known
   */
  public static TextRegressor load(byte[] file) {
    ModelFile.Reader in = new ModelFile.Reader(file, ModelFile.Kind.REGRESSOR);
    double[] means = new double[in.count(Double.BYTES)];
    for (int i = 0; i < means.length; i++) {
      means[i] = in.number();
    }
    GramIndex grams = GramIndex.read(in);
    LinearWeights weights = LinearWeights.read(in, grams.size());
    in.check(weights.outputs() == means.length, "its means do not fit its weights");
    in.end();
    return new TextRegressor(grams, weights, means);
  }
}
