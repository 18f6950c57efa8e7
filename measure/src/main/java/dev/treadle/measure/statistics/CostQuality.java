package dev.treadle.measure.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What quality costs: the curve of a router between a weak and a strong model, the sweep of a
 * router among several models, and the frontier of what no other beats.
 *
 * <p>Terms as in RouteLLM (Ong and others, 2024): the items that a router prefers most go to the
 * strong model, a share x of all; the curve is the mean score over x from 0 to 1.
 */
public final class CostQuality {
  private CostQuality() {}

  /** Something with a mean cost and a mean quality: a model, or a policy at one setting. */
  public record Point(String name, double cost, double quality) {
    public Point {
      if (!Double.isFinite(cost) || !Double.isFinite(quality)) {
        throw new IllegalArgumentException(
            "%s needs a finite cost and quality, not %s and %s".formatted(name, cost, quality));
      }
    }
  }

  /** The curve of a router between two models. Immutable. */
  public static final class Curve {
    private final double[] qualities;

    private Curve(double[] qualities) {
      this.qualities = qualities;
    }

    /** The mean score where all go to the weak model. */
    public double weak() {
      return qualities[0];
    }

    /** The mean score where all go to the strong model. */
    public double strong() {
      return qualities[qualities.length - 1];
    }

    /** The mean score where a share of the items, from 0 to 1, goes to the strong model. */
    public double quality(double share) {
      double place = Math.clamp(share, 0, 1) * (qualities.length - 1);
      int at = (int) place;
      if (at == qualities.length - 1) {
        return qualities[at];
      }
      return qualities[at] + (place - at) * (qualities[at + 1] - qualities[at]);
    }

    /** The area below the curve, by the trapezoidal rule through every item. */
    public double area() {
      double sum = (weak() + strong()) / 2;
      for (int i = 1; i < qualities.length - 1; i++) {
        sum += qualities[i];
      }
      return sum / (qualities.length - 1);
    }

    /**
     * The average performance gap recovered: (area - weak) / (strong - weak). 0.5 is chance. NaN
     * where the models are equal.
     */
    public double apgr() {
      return (area() - weak()) / (strong() - weak());
    }

    /**
     * The call-performance threshold: the smallest share of strong calls whose score reaches weak +
     * gap * (strong - weak).
     *
     * @param gap such as 0.5 for CPT(50 %)
     * @return from 0 to 1; NaN where no share reaches it
     */
    public double shareToRecover(double gap) {
      double needed = weak() + gap * (strong() - weak());
      if (qualities[0] >= needed) {
        return 0;
      }
      for (int i = 1; i < qualities.length; i++) {
        if (qualities[i] >= needed) {
          double part = (needed - qualities[i - 1]) / (qualities[i] - qualities[i - 1]);
          return (i - 1 + part) / (qualities.length - 1);
        }
      }
      return Double.NaN;
    }
  }

  /**
   * The curve of a router.
   *
   * @param weak the weak model's score of each item
   * @param strong the strong model's
   * @param preference the router's: the higher, the sooner an item goes to the strong model. Items
   *     of equal preference go in any order: the curve is the mean over all of them
   */
  public static Curve curve(double[] weak, double[] strong, double[] preference) {
    int n = weak.length;
    if (n == 0 || strong.length != n || preference.length != n) {
      throw new IllegalArgumentException(
          "a curve needs as many scores of both models as preferences, at least one: %d, %d, %d"
              .formatted(n, strong.length, preference.length));
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -preference[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] qualities = new double[n + 1];
    for (double score : weak) {
      qualities[0] += score / n;
    }
    int from = 0;
    while (from < n) {
      int to = from;
      double gain = 0;
      while (to < n && preference[order[to]] == preference[order[from]]) {
        gain += strong[order[to]] - weak[order[to]];
        to++;
      }
      for (int i = from; i < to; i++) {
        qualities[i + 1] = qualities[from] + gain * (i + 1 - from) / (to - from) / n;
      }
      from = to == from ? n : to;
    }
    return new Curve(qualities);
  }

  /**
   * What a router among several models gets at different prices of quality: for each weight of cost
   * an item goes to the model with the highest expected score less weight * expected cost.
   *
   * @param scores by item and model, as they were
   * @param costs by item and model, as they were
   * @param expectedScores by item and model, as the router thinks
   * @param expectedCosts by item and model, as the router thinks
   * @param weights of cost against score, not negative
   * @return a point for each weight, named by it
   */
  public static List<Point> sweep(
      double[][] scores,
      double[][] costs,
      double[][] expectedScores,
      double[][] expectedCosts,
      double[] weights) {
    List<Point> points = new ArrayList<>();
    for (double weight : weights) {
      double score = 0;
      double cost = 0;
      for (int i = 0; i < scores.length; i++) {
        int choice = 0;
        for (int model = 1; model < scores[i].length; model++) {
          double worth = expectedScores[i][model] - weight * expectedCosts[i][model];
          choice =
              worth > expectedScores[i][choice] - weight * expectedCosts[i][choice]
                  ? model
                  : choice;
        }
        score += scores[i][choice];
        cost += costs[i][choice];
      }
      points.add(new Point(Double.toString(weight), cost / scores.length, score / scores.length));
    }
    return points;
  }

  /** The points that no other beats: none is as good for less, none better for as little. */
  public static List<Point> frontier(List<Point> points) {
    List<Point> sorted = new ArrayList<>(points);
    sorted.sort(
        Comparator.comparingDouble(Point::cost)
            .thenComparing(Comparator.comparingDouble(Point::quality).reversed())
            .thenComparing(Point::name));
    List<Point> frontier = new ArrayList<>();
    double best = Double.NEGATIVE_INFINITY;
    for (Point point : sorted) {
      if (point.quality() > best) {
        frontier.add(point);
        best = point.quality();
      }
    }
    return frontier;
  }
}
