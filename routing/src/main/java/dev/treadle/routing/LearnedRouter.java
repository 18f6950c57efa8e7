package dev.treadle.routing;

import dev.treadle.routing.learning.LearningFile;
import dev.treadle.routing.learning.TextFeatures;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which model is how good and how dear for a kind of request, learned from comparisons.
 *
 * <p>A score is taken apart: the model's mean everywhere; what all models share (a hard question);
 * and the model's advantage over the others. Both of the latter have a mean in each workload, drawn
 * to nothing where little was seen ({@link WinRates}); where texts were shown to tell more,
 * workload and text together are weighed by a regression ({@link Refinement}). Choosing needs the
 * advantages alone.
 *
 * <p>It never changes, and any number of threads may ask it.
 */
public final class LearnedRouter {
  /** Observations that one may be trained on. */
  public static final int MOST_OBSERVATIONS = 100_000;

  /** Models that one may tell apart. */
  public static final int MOST_MODELS = 200;

  private static final double UNKNOWN_DEVIATION = 0.25;

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

    /** The score of a model, or NaN where it is not known. */
    public double score(String model) {
      double score = scores.getOrDefault(model, Double.NaN);
      return score >= 0 && score <= 1 ? score : Double.NaN;
    }

    /** What a model's answer cost, or NaN where that is not known. */
    public double cost(String model) {
      double cost = costs.getOrDefault(model, Double.NaN);
      return cost >= 0 && cost < Double.POSITIVE_INFINITY ? cost : Double.NaN;
    }
  }

  /**
   * What is expected of one model.
   *
   * @param everywhere its mean quality over all workloads
   * @param prior its quality in this workload, before the text is looked at
   * @param quality expected; may lie a little outside 0 to 1
   * @param deviation of the model's advantage over the others
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
   * @param pseudoCounts how many observations the mean everywhere counts for in a workload, where
   *     there are too few workloads to learn that too
   * @param readsTexts whether texts may refine the workloads' means
   */
  public record Options(double pseudoCounts, boolean readsTexts) {
    public static final Options DEFAULT = new Options(8, true);

    public Options {
      if (!(pseudoCounts > 0) || Double.isInfinite(pseudoCounts)) {
        throw new IllegalArgumentException("pseudo-counts are above 0: " + pseudoCounts);
      }
    }
  }

  private final String trainedOn;
  private final List<String> models;
  private final double[] everywhere;
  private final TextFeatures features;
  private final Workloads workloads;
  private final WinRates rates;
  private final Costs costs;
  private final Optional<Refinement.Learned> refinement;

  LearnedRouter(
      String trainedOn,
      List<String> models,
      double[] everywhere,
      TextFeatures features,
      Workloads workloads,
      WinRates rates,
      Costs costs,
      Optional<Refinement.Learned> refinement) {
    this.trainedOn = trainedOn;
    this.models = List.copyOf(models);
    this.everywhere = everywhere;
    this.features = features;
    this.workloads = workloads;
    this.rates = rates;
    this.costs = costs;
    this.refinement = refinement;
  }

  /**
   * Learns. The same observations, in the same order, with the same options and seed give the same
   * router.
   *
   * @throws TreadleException {@link RoutingError#TOO_LITTLE} or {@link RoutingError#TOO_MUCH}
   */
  public static LearnedRouter train(List<Observation> observations, Options options, long seed) {
    return new RouterTraining(observations, options, seed).train();
  }

  /** The models that it knows, in the order of their names. */
  public List<String> models() {
    return models;
  }

  /** A SHA-256 of the observations that it was trained on. */
  public String trainedOn() {
    return trainedOn;
  }

  /** Whether texts refine the workloads' means. */
  public boolean readsTexts() {
    return refinement.isPresent();
  }

  /** What is expected of each model; of one that was never seen, little and unsurely. */
  public Estimates estimate(RoutingRequest request, List<String> asked) {
    TextFeatures.Row text = features.row(asked(request));
    String workload = workloads.name(request, text);
    String rated = workloads.rated(workload);
    double share = workloads.isTemplate(workload) ? 1 : text.known();
    int common = models.size();
    double[] means = new double[common + 1];
    Arrays.setAll(means, output -> rates.mean(rated, output));
    double[] refined =
        refinement
            .map(it -> it.predict(workloads.row(workload, text, features), means))
            .orElse(means);
    List<Estimate> all = new ArrayList<>(asked.size());
    for (String model : asked) {
      int i = Collections.binarySearch(models, model);
      double mean = i < 0 ? Arrays.stream(everywhere).average().orElse(0) : everywhere[i];
      double prior = means[common] + (i < 0 ? 0 : means[i]);
      double added = refined[common] + (i < 0 ? 0 : refined[i]);
      double count = i < 0 ? 0 : workloads.observations(workload, rates.count(rated, i));
      all.add(
          new Estimate(
              mean,
              mean + prior,
              mean + added,
              i < 0 ? UNKNOWN_DEVIATION : Math.sqrt(rates.variance(i, count * share)),
              i < 0 ? costs.mean() : costs.expected(workload, i)));
    }
    double seen = workloads.observations(workload, rates.count(rated, common));
    return new Estimates(workload, (long) seen, all);
  }

  static TextFeatures.Asked asked(RoutingRequest request) {
    return new TextFeatures.Asked(
        request.text(), request.promptCharacters(), request.tools().size());
  }

  /** The quality that is expected of every model that it knows. */
  public Map<String, Double> expected(RoutingRequest request) {
    Map<String, Double> all = new LinkedHashMap<>();
    List<Estimate> estimates = estimate(request, models).models();
    for (int i = 0; i < models.size(); i++) {
      all.put(models.get(i), estimates.get(i).quality());
    }
    return all;
  }

  /** The router as a file. */
  public byte[] save() {
    LearningFile.Writer out = new LearningFile.Writer();
    out.text(trainedOn).integer(models.size());
    models.forEach(out::text);
    out.numbers(everywhere);
    features.write(out);
    workloads.write(out);
    rates.write(out);
    costs.write(out);
    out.integer(refinement.isPresent() ? 1 : 0);
    refinement.ifPresent(it -> it.write(out));
    return out.toBytes();
  }

  /**
   * The router that {@link #save} wrote.
   *
   * @throws TreadleException {@link RoutingError#ROUTER_INVALID}
   */
  public static LearnedRouter load(byte[] file) {
    try {
      return read(new LearningFile.Reader(file));
    } catch (IllegalArgumentException e) {
      throw RoutingError.ROUTER_INVALID.because(
          "the router cannot be read ("
              + e.getMessage()
              + "): train it again or take an earlier one",
          e);
    }
  }

  private static LearnedRouter read(LearningFile.Reader in) {
    String trainedOn = in.text();
    int count = in.count(Integer.BYTES);
    List<String> models = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      models.add(in.text());
    }
    double[] everywhere = in.numbers();
    in.check(
        count > 0 && count <= MOST_MODELS && everywhere.length == count, "its models do not fit");
    TextFeatures features = TextFeatures.read(in);
    Workloads workloads = Workloads.read(in);
    WinRates rates = WinRates.read(in, count + 1);
    Costs costs = Costs.read(in, count);
    Optional<Refinement.Learned> refinement =
        in.integer() == 0
            ? Optional.empty()
            : Optional.of(Refinement.Learned.read(in, features, workloads.count(), count + 1));
    in.end();
    return new LearnedRouter(
        trainedOn, models, everywhere, features, workloads, rates, costs, refinement);
  }
}
