package dev.treadle.routing;

import dev.treadle.routing.learning.LearningFile;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Means of several outputs by workload, drawn to nothing where little is known: the posterior of a
 * normal distribution whose spread among workloads is estimated from them (empirical Bayes).
 *
 * <p>With pseudo-counts k, a workload's mean over n targets becomes sum / (n + k), and its variance
 * that of a target / (n + k).
 */
final class WinRates {
  private static final int FEW = 5;
  private static final double LEAST = 2;
  private static final double MOST = 200;

  /** What was seen in one workload: for each output how often, and the targets' sum. */
  private static final class Seen {
    private final double[] counts;
    private final double[] sums;

    Seen(double[] counts, double[] sums) {
      this.counts = counts;
      this.sums = sums;
    }
  }

  private final Map<String, Seen> byWorkload;
  private final double[] pseudoCounts;
  private final double[] variances;

  private WinRates(Map<String, Seen> byWorkload, double[] pseudoCounts, double[] variances) {
    this.byWorkload = byWorkload;
    this.pseudoCounts = pseudoCounts;
    this.variances = variances;
  }

  /**
   * Learns.
   *
   * @param targets for each observation its outputs, less their mean everywhere; NaN: not known
   * @param alike how many of the first outputs share their pseudo-counts; the others have their own
   * @param usual pseudo-counts where there are too few workloads to tell
   */
  static WinRates of(List<String> workloads, double[][] targets, int alike, double usual) {
    int outputs = targets[0].length;
    Map<String, Seen> seen = new TreeMap<>();
    double[] squares = new double[outputs];
    for (int i = 0; i < targets.length; i++) {
      Seen it =
          seen.computeIfAbsent(
              workloads.get(i), _ -> new Seen(new double[outputs], new double[outputs]));
      for (int output = 0; output < outputs; output++) {
        double target = targets[i][output];
        if (!Double.isNaN(target)) {
          it.counts[output]++;
          it.sums[output] += target;
          squares[output] += target * target;
        }
      }
    }
    double[] pseudoCounts = new double[outputs];
    double[] variances = new double[outputs];
    Arrays.fill(pseudoCounts, 0, alike, pseudoCounts(seen, squares, 0, alike, usual));
    for (int output = alike; output < outputs; output++) {
      pseudoCounts[output] = pseudoCounts(seen, squares, output, output + 1, usual);
    }
    for (int output = 0; output < outputs; output++) {
      variances[output] = new Spread(seen, squares[output], output).within();
    }
    return new WinRates(seen, pseudoCounts, variances);
  }

  private static double pseudoCounts(
      Map<String, Seen> seen, double[] squares, int from, int to, double usual) {
    double within = 0;
    double among = 0;
    int workloads = 0;
    for (int output = from; output < to; output++) {
      Spread it = new Spread(seen, squares[output], output);
      within += it.within();
      among += it.among();
      workloads = Math.max(workloads, it.workloads);
    }
    if (workloads < FEW) {
      return usual;
    }
    return among > 0 ? Math.clamp(within / among, LEAST, MOST) : MOST;
  }

  /** The moments of one output (DerSimonian and Laird's way). */
  private static final class Spread {
    private double count;
    private double sum;
    private double explained;
    private double squaredCounts;
    private final double square;
    private int workloads;

    Spread(Map<String, Seen> seen, double square, int output) {
      this.square = square;
      for (Seen it : seen.values()) {
        double n = it.counts[output];
        if (n > 0) {
          count += n;
          sum += it.sums[output];
          explained += it.sums[output] * it.sums[output] / n;
          squaredCounts += n * n;
          workloads++;
        }
      }
    }

    /** The variance within a workload; never nothing, so that somebody new is always unsure. */
    double within() {
      double free = count - workloads;
      return free > 0 ? Math.max(1e-4, (square - explained) / free) : 0.25;
    }

    /** The variance of the workloads' true means; not positive where none is seen. */
    double among() {
      double weight = count - squaredCounts / count;
      return weight > 0 ? (explained - sum * sum / count - (workloads - 1) * within()) / weight : 0;
    }
  }

  /** The mean of an output in a workload: 0 in one that is not known. */
  double mean(String workload, int output) {
    Seen it = byWorkload.get(workload);
    return it == null ? 0 : it.sums[output] / (it.counts[output] + pseudoCounts[output]);
  }

  /** How unsure a mean over so many targets is. */
  double variance(int output, double count) {
    return variances[output] / (count + pseudoCounts[output]);
  }

  /** How often an output was seen in a workload. */
  double count(String workload, int output) {
    Seen it = byWorkload.get(workload);
    return it == null ? 0 : it.counts[output];
  }

  void write(LearningFile.Writer out) {
    out.numbers(pseudoCounts).numbers(variances).integer(byWorkload.size());
    byWorkload.forEach((name, it) -> out.text(name).numbers(it.counts).numbers(it.sums));
  }

  static WinRates read(LearningFile.Reader in, int outputs) {
    double[] pseudoCounts = in.numbers();
    double[] variances = in.numbers();
    in.check(
        pseudoCounts.length == outputs && variances.length == outputs, "its outputs do not fit");
    int count = in.count(3 * Integer.BYTES);
    Map<String, Seen> byWorkload = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String name = in.text();
      Seen it = new Seen(in.numbers(), in.numbers());
      in.check(it.counts.length == outputs && it.sums.length == outputs, "a workload does not fit");
      byWorkload.put(name, it);
    }
    return new WinRates(byWorkload, pseudoCounts, variances);
  }
}
