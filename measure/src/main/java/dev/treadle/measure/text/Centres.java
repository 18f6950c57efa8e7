package dev.treadle.measure.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The centres of clusters while they are looked for: vectors of length 1, a column each. */
final class Centres {
  private final int rows;
  private final int count;
  private final float[] weights;

  private Centres(int rows, int count, float[] weights) {
    this.rows = rows;
    this.count = count;
    this.weights = weights;
  }

  /**
   * Takes texts for centres: each next one is the best of a few drawn at random, the likelier the
   * less they are like those taken (Arthur and Vassilvitskii, "k-means++", 2007).
   */
  static Centres begun(List<SparseVector> texts, int rows, int most, SplittableRandom random) {
    double[] far = new double[texts.size()];
    Arrays.fill(far, 1);
    List<SparseVector> taken = new ArrayList<>();
    int trials = 2 + (int) Math.log(most);
    while (taken.size() < most) {
      double[] best = far;
      double least = Double.POSITIVE_INFINITY;
      int chosen = -1;
      for (int trial = 0; trial < trials; trial++) {
        int next = drawn(far, random);
        if (next < 0) {
          break;
        }
        double[] left = leftBy(texts, next, far, rows);
        double sum = Arrays.stream(left).sum();
        if (sum < least) {
          least = sum;
          best = left;
          chosen = next;
        }
      }
      if (chosen < 0) {
        break;
      }
      far = best;
      taken.add(texts.get(chosen));
    }
    Centres centres = new Centres(rows, taken.size(), new float[(rows + 1) * taken.size()]);
    for (int cluster = 0; cluster < taken.size(); cluster++) {
      centres.add(taken.get(cluster), cluster);
    }
    centres.scaleToOne();
    return centres;
  }

  /** How far each text is from the centres, this one included. */
  private static double[] leftBy(List<SparseVector> texts, int next, double[] far, int rows) {
    float[] dense = new float[rows];
    SparseVector centre = texts.get(next);
    scatter(dense, centre);
    double[] left =
        IntStream.range(0, far.length)
            .parallel()
            .mapToDouble(
                i -> far[i] == 0 ? 0 : Math.min(far[i], distance(dense, centre, texts.get(i))))
            .toArray();
    left[next] = 0;
    return left;
  }

  private static int drawn(double[] shares, SplittableRandom random) {
    double at = random.nextDouble() * Arrays.stream(shares).sum();
    int last = -1;
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        last = i;
        at -= shares[i];
        if (at <= 0) {
          return i;
        }
      }
    }
    return last;
  }

  private static void scatter(float[] dense, SparseVector vector) {
    for (int k = 0; k < vector.rows().length; k++) {
      dense[vector.rows()[k]] = vector.values()[k];
    }
  }

  /** One less the cosine; squared, as k-means++ wants it. Rounding is no distance. */
  private static double distance(float[] dense, SparseVector centre, SparseVector text) {
    double dot = 0;
    for (int k = 0; k < text.rows().length; k++) {
      dot += dense[text.rows()[k]] * text.values()[k];
    }
    double lengths = Math.sqrt(centre.known() * text.known());
    double distance = lengths == 0 ? 1 : 1 - dot / lengths;
    return distance < 1e-6 ? 0 : distance * distance;
  }

  /** The dot products of a text with every centre. */
  float[] similarities(SparseVector text) {
    float[] sums = new float[count];
    for (int k = 0; k < text.rows().length; k++) {
      int offset = text.rows()[k] * count;
      float value = text.values()[k];
      for (int i = 0; i < count; i++) {
        sums[i] += value * weights[offset + i];
      }
    }
    return sums;
  }

  /** The centres of what was nearest to each; one that nothing was nearest to stays. */
  Centres moved(List<SparseVector> texts, int[] nearest) {
    Centres moved = new Centres(rows, count, new float[weights.length]);
    boolean[] isUsed = new boolean[count];
    for (int i = 0; i < nearest.length; i++) {
      moved.add(texts.get(i), nearest[i]);
      isUsed[nearest[i]] = true;
    }
    for (int cluster = 0; cluster < count; cluster++) {
      for (int at = cluster; !isUsed[cluster] && at < weights.length; at += count) {
        moved.weights[at] = weights[at];
      }
    }
    moved.scaleToOne();
    return moved;
  }

  boolean isSameAs(Centres other) {
    return Arrays.equals(weights, other.weights);
  }

  private void add(SparseVector text, int cluster) {
    for (int k = 0; k < text.rows().length; k++) {
      weights[text.rows()[k] * count + cluster] += text.values()[k];
    }
  }

  private void scaleToOne() {
    double[] squares = new double[count];
    for (int i = 0; i < weights.length; i++) {
      squares[i % count] += weights[i] * weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      double square = squares[i % count];
      weights[i] = square == 0 ? 0 : (float) (weights[i] / Math.sqrt(square));
    }
  }

  LinearWeights rounded() {
    return LinearWeights.rounded(weights, count);
  }
}
