package dev.treadle.routing;

import dev.treadle.routing.learning.LearningFile;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a model's answer costs by workload, drawn to its mean everywhere where little is known. */
final class Costs {
  private static final double PSEUDO_COUNTS = 8;

  private final double[] everywhere;
  private final Map<String, double[]> byWorkload;

  private Costs(double[] everywhere, Map<String, double[]> byWorkload) {
    this.everywhere = everywhere;
    this.byWorkload = byWorkload;
  }

  static Costs of(
      List<String> workloads, List<LearnedRouter.Observation> observations, List<String> models) {
    double[] counts = new double[models.size()];
    double[] everywhere = new double[models.size()];
    Map<String, double[]> seen = new TreeMap<>();
    for (int i = 0; i < observations.size(); i++) {
      double[] it = seen.computeIfAbsent(workloads.get(i), _ -> new double[2 * models.size()]);
      for (int m = 0; m < models.size(); m++) {
        double cost = observations.get(i).cost(models.get(m));
        if (!Double.isNaN(cost)) {
          counts[m]++;
          everywhere[m] += cost;
          it[2 * m]++;
          it[2 * m + 1] += cost;
        }
      }
    }
    for (int m = 0; m < everywhere.length; m++) {
      everywhere[m] = counts[m] == 0 ? 0 : everywhere[m] / counts[m];
    }
    Map<String, double[]> expected = new TreeMap<>();
    seen.forEach(
        (name, it) -> {
          double[] means = new double[everywhere.length];
          for (int m = 0; m < means.length; m++) {
            means[m] =
                (it[2 * m + 1] + PSEUDO_COUNTS * everywhere[m]) / (it[2 * m] + PSEUDO_COUNTS);
          }
          expected.put(name, means);
        });
    return new Costs(everywhere, expected);
  }

  double expected(String workload, int model) {
    return byWorkload.getOrDefault(workload, everywhere)[model];
  }

  /** Over all models. */
  double mean() {
    return Arrays.stream(everywhere).average().orElse(0);
  }

  void write(LearningFile.Writer out) {
    out.numbers(everywhere).integer(byWorkload.size());
    byWorkload.forEach((name, it) -> out.text(name).numbers(it));
  }

  static Costs read(LearningFile.Reader in, int models) {
    double[] everywhere = in.numbers();
    in.check(everywhere.length == models, "its costs do not fit");
    int count = in.count(2 * Integer.BYTES);
    Map<String, double[]> byWorkload = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String name = in.text();
      double[] means = in.numbers();
      in.check(means.length == models, "a workload's costs do not fit");
      byWorkload.put(name, means);
    }
    return new Costs(everywhere, byWorkload);
  }
}
