package dev.treadle.routing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which model is how good and how dear for a kind of request, learned from comparisons. */
public final class LearnedRouter {
  /**
   * One request that several models answered.
   *
   * @param scores by model, from 0 to 1; a model that is absent or has -1 is not known here
   * @param costs by model, in US dollars; may lack any
   * @param group what is not split between learning and testing
   */
  public record Observation(
      RoutingRequest request, Map<String, Double> scores, Map<String, Double> costs, String group) {
    public Observation {
      scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
      costs = Collections.unmodifiableMap(new LinkedHashMap<>(costs));
    }

    /** The score of a model where there is one. */
    double score(String model) {
      double score = scores.getOrDefault(model, Double.NaN);
      return score >= 0 && score <= 1 ? score : Double.NaN;
    }
  }

  /**
   * What is expected of one model.
   *
   * @param everywhere its mean quality over all workloads
   * @param prior its quality in this workload, before the text is looked at
   * @param quality expected
   * @param deviation of the estimate
   * @param costUsd expected for one answer
   */
  public record Estimate(
      double everywhere, double prior, double quality, double deviation, double costUsd) {}

  /**
   * What is expected of several models for one request.
   *
   * @param observations of the workload
   * @param models in the order asked for
   */
  public record Estimates(String workload, long observations, List<Estimate> models) {
    public Estimates {
      models = List.copyOf(models);
    }
  }

  /**
   * How to learn.
   *
   * @param pseudoCounts how many observations the mean everywhere counts for in a workload
   */
  public record Options(double pseudoCounts) {
    public static final Options DEFAULT = new Options(8);
  }

  private final Map<String, double[]> means;

  private LearnedRouter(Map<String, double[]> means) {
    this.means = means;
  }

  /** Learns. The same observations, options and seed give the same router. */
  public static LearnedRouter train(List<Observation> observations, Options options, long seed) {
    Map<String, double[]> sums = new TreeMap<>();
    for (Observation it : observations) {
      for (String model : it.scores().keySet()) {
        double score = it.score(model);
        if (!Double.isNaN(score)) {
          double[] sum = sums.computeIfAbsent(model, _ -> new double[3]);
          sum[0]++;
          sum[1] += score;
          sum[2] += it.costs().getOrDefault(model, 0.0);
        }
      }
    }
    Map<String, double[]> means = new TreeMap<>();
    sums.forEach(
        (model, sum) -> means.put(model, new double[] {sum[1] / sum[0], sum[2] / sum[0], sum[0]}));
    return new LearnedRouter(means);
  }

  /** The models that it knows, in the order of their names. */
  public List<String> models() {
    return List.copyOf(means.keySet());
  }

  /** What is expected of each model; of one that was never seen, little and unsurely. */
  public Estimates estimate(RoutingRequest request, List<String> models) {
    List<Estimate> all = new ArrayList<>();
    for (String model : models) {
      double[] it = means.getOrDefault(model, new double[] {0.5, 0, 1});
      double deviation = Math.sqrt(0.25 / it[2]);
      all.add(new Estimate(it[0], it[0], it[0], deviation, it[1]));
    }
    return new Estimates("all", 0, all);
  }

  /** The quality that is expected of every model that it knows. */
  public Map<String, Double> expected(RoutingRequest request) {
    Map<String, Double> all = new LinkedHashMap<>();
    List<String> models = models();
    List<Estimate> estimates = estimate(request, models).models();
    for (int i = 0; i < models.size(); i++) {
      all.put(models.get(i), estimates.get(i).quality());
    }
    return all;
  }
}
