package dev.treadle.routing.learning;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a text is about, as a point on a sphere: latent semantic analysis (Deerwester and others,
 * 1990) of the training texts' words, by subspace iteration.
 */
final class Topics {
  static final int DIMENSIONS = 50;
  private static final int ROUNDS = 6;
  private static final int MOST_WORDS = 20_000;

  private final WordWeights words;
  private final float[] axes;

  private Topics(WordWeights words, float[] axes) {
    this.words = words;
    this.axes = axes;
  }

  static Topics of(List<Words> texts, long seed) {
    WordWeights words = WordWeights.of(texts, false, 2, MOST_WORDS);
    List<SparseRow> rows = new ArrayList<>(texts.size());
    texts.forEach(it -> rows.add(words.row(it, false)));
    int dimensions = Math.min(DIMENSIONS, Math.min(rows.size(), words.size()));
    SplittableRandom random = new SplittableRandom(seed);
    double[][] axes = new double[dimensions][words.size()];
    for (double[] axis : axes) {
      for (int i = 0; i < axis.length; i++) {
        axis[i] = random.nextGaussian();
      }
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < dimensions; i++) {
        axes[i] = turned(rows, axes[i]);
      }
      orthonormalize(axes);
    }
    float[] packed = new float[words.size() * DIMENSIONS];
    for (int i = 0; i < dimensions; i++) {
      for (int word = 0; word < words.size(); word++) {
        packed[word * DIMENSIONS + i] = (float) axes[i][word];
      }
    }
    return new Topics(words, packed);
  }

  /** What the words' products among the texts make of an axis. */
  private static double[] turned(List<SparseRow> rows, double[] axis) {
    double[] turned = new double[axis.length];
    for (SparseRow row : rows) {
      double projection = row.dot(axis);
      for (int i = 0; i < row.places().length; i++) {
        turned[row.places()[i]] += projection * row.values()[i];
      }
    }
    return turned;
  }

  /** Gram and Schmidt's way; an axis of which nothing is left becomes nothing. */
  private static void orthonormalize(double[][] axes) {
    for (int i = 0; i < axes.length; i++) {
      for (int j = 0; j < i; j++) {
        add(axes[i], axes[j], -dot(axes[i], axes[j]));
      }
      double length = Math.sqrt(dot(axes[i], axes[i]));
      double scale = length > 1e-12 ? 1 / length : 0;
      for (int k = 0; k < axes[i].length; k++) {
        axes[i][k] *= scale;
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] to, double[] what, double factor) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * what[i];
    }
  }

  /** The place of a text: of length 1, or 0 where none of its words is known. */
  float[] place(Words text) {
    float[] place = new float[DIMENSIONS];
    SparseRow row = words.row(text, false);
    for (int i = 0; i < row.places().length; i++) {
      int from = row.places()[i] * DIMENSIONS;
      for (int d = 0; d < DIMENSIONS; d++) {
        place[d] += row.values()[i] * axes[from + d];
      }
    }
    double square = 0;
    for (float it : place) {
      square += it * it;
    }
    float scale = square > 0 ? (float) (1 / Math.sqrt(square)) : 0;
    for (int d = 0; d < DIMENSIONS; d++) {
      place[d] *= scale;
    }
    return place;
  }

  void write(LearningFile.Writer out) {
    words.write(out);
    out.floats(axes);
  }

  static Topics read(LearningFile.Reader in) {
    WordWeights words = WordWeights.read(in);
    float[] axes = in.floats();
    in.check(axes.length == words.size() * DIMENSIONS, "its topics do not fit its words");
    return new Topics(words, axes);
  }
}
