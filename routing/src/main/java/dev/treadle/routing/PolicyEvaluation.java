package dev.treadle.routing;

import dev.treadle.measure.statistics.Bootstrap;
import dev.treadle.measure.statistics.CostQuality;
import dev.treadle.measure.statistics.Interval;
import dev.treadle.measure.statistics.PairedGate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What policies would have got on comparisons: each model's answer is known there, so a policy's
 * quality and cost are the mean over its own probabilities. Nothing is drawn.
 *
 * <p>Every comparison counts as the first turn of a conversation. One where the policy puts more
 * than a tenth on models without a score is left out and counted; with less, the rest is scaled up.
 */
public final class PolicyEvaluation {
  private static final double KNOWN = 0.9;

  private final List<LearnedRouter.Observation> comparisons;
  private final long seed;

  /**
   * Of comparisons that no policy learned from.
   *
   * @param seed of the intervals
   */
  public PolicyEvaluation(List<LearnedRouter.Observation> comparisons, long seed) {
    this.comparisons = List.copyOf(comparisons);
    this.seed = seed;
  }

  /**
   * What a policy got.
   *
   * @param quality its mean score, with the interval of 95 %
   * @param costUsd of an answer, in the mean; an answer whose cost is not known counts as free
   * @param comparisons that counted
   * @param leftOut that did not
   */
  public record Result(
      String name, Interval quality, double costUsd, int comparisons, int leftOut) {}

  /** Of one comparison: the expected score and cost under a policy. */
  private record Item(double quality, double costUsd, String workload) {}

  private static Optional<Item> item(Policy policy, LearnedRouter.Observation it) {
    Decision decision = policy.choose(it.request(), SessionState.EMPTY, 0.5);
    double known = 0;
    double quality = 0;
    double cost = 0;
    for (Map.Entry<Target, Double> entry : decision.propensities().entrySet()) {
      String model = entry.getKey().toString();
      double score = it.score(model);
      if (!Double.isNaN(score)) {
        known += entry.getValue();
        quality += entry.getValue() * score;
        cost += entry.getValue() * (Double.isNaN(it.cost(model)) ? 0 : it.cost(model));
      }
    }
    return known < KNOWN
        ? Optional.empty()
        : Optional.of(new Item(quality / known, cost / known, decision.category().orElse("all")));
  }

  /** What a policy got. */
  public Result of(String name, Policy policy) {
    List<Item> items = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    for (LearnedRouter.Observation it : comparisons) {
      item(policy, it)
          .ifPresent(
              item -> {
                items.add(item);
                groups.add(it.group());
              });
    }
    return result(name, items, groups);
  }

  private Result result(String name, List<Item> items, List<String> groups) {
    double[] qualities = items.stream().mapToDouble(Item::quality).toArray();
    return new Result(
        name,
        items.isEmpty() ? new Interval(0, 0, 1) : Bootstrap.withSeed(seed).mean(qualities, groups),
        items.stream().mapToDouble(Item::costUsd).average().orElse(0),
        items.size(),
        comparisons.size() - items.size());
  }

  /** The same by workload or category, as the policy's decisions name it. */
  public List<Result> byWorkload(Policy policy) {
    Map<String, List<Item>> items = new TreeMap<>();
    Map<String, List<String>> groups = new TreeMap<>();
    for (LearnedRouter.Observation it : comparisons) {
      Optional<Item> found = item(policy, it);
      if (found.isPresent()) {
        String workload = found.get().workload();
        items.computeIfAbsent(workload, _ -> new ArrayList<>()).add(found.get());
        groups.computeIfAbsent(workload, _ -> new ArrayList<>()).add(it.group());
      }
    }
    List<Result> results = new ArrayList<>();
    items.forEach(
        (workload, its) -> {
          Result all = result(workload, its, groups.getOrDefault(workload, List.of()));
          results.add(new Result(workload, all.quality(), all.costUsd(), its.size(), 0));
        });
    return results;
  }

  /**
   * What is there to beat: each candidate always, the one that is best most often ("majority"), one
   * drawn evenly ("random"), and whoever is best each time, the cheapest of them ("oracle").
   */
  public List<Result> baselines(List<Target> candidates) {
    List<Result> results = new ArrayList<>();
    Map<Target, Double> even = new LinkedHashMap<>();
    for (Target it : candidates) {
      results.add(of("always " + it, new Policy.Chain(List.of(it))));
      even.put(it, 1.0);
    }
    majority(candidates)
        .ifPresent(it -> results.add(of("majority", new Policy.Chain(List.of(it)))));
    results.add(of("random", new Policy.Weighted(even, List.of())));
    List<Item> best = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    for (LearnedRouter.Observation it : comparisons) {
      best(it, candidates)
          .ifPresent(
              target -> {
                item(new Policy.Chain(List.of(target)), it).ifPresent(best::add);
                groups.add(it.group());
              });
    }
    results.add(result("oracle", best, groups));
    return results;
  }

  /** The candidate that is best most often; the first of several. */
  public Optional<Target> majority(List<Target> candidates) {
    Map<Target, Integer> wins = new LinkedHashMap<>();
    candidates.forEach(it -> wins.put(it, 0));
    for (LearnedRouter.Observation it : comparisons) {
      best(it, candidates).ifPresent(target -> wins.merge(target, 1, Integer::sum));
    }
    return candidates.stream()
        .filter(it -> wins.getOrDefault(it, 0) > 0)
        .min(Comparator.comparingInt((Target it) -> -wins.getOrDefault(it, 0)));
  }

  private static Optional<Target> best(LearnedRouter.Observation it, List<Target> candidates) {
    return candidates.stream()
        .filter(target -> !Double.isNaN(it.score(target.toString())))
        .min(
            Comparator.comparingDouble((Target target) -> -it.score(target.toString()))
                .thenComparingDouble(target -> cost(it, target)));
  }

  private static double cost(LearnedRouter.Observation it, Target target) {
    double cost = it.cost(target.toString());
    return Double.isNaN(cost) ? Double.MAX_VALUE : cost;
  }

  /**
   * What a learned policy gets at several prices of quality, without exploring.
   *
   * @param qualitiesPerUsd such as 0, 1, 10, 100
   * @return a point for each, named by it
   */
  public List<CostQuality.Point> sweep(Policy.Learned policy, List<Double> qualitiesPerUsd) {
    List<CostQuality.Point> points = new ArrayList<>();
    for (double price : qualitiesPerUsd) {
      Policy at =
          new Policy.Learned(
              policy.router(),
              policy.candidates(),
              policy.defaultTarget(),
              policy.objective().at(price).greedy(),
              policy.cachedUsd());
      Result it = of(Double.toString(price), at);
      points.add(new CostQuality.Point(it.name(), it.costUsd(), it.quality().estimate()));
    }
    return points;
  }

  /**
   * What two policies got on the same comparisons, for a gate.
   *
   * @param quality more is better
   * @param costUsd less is better; empty where a cost that matters is not known
   * @param leftOut comparisons that did not count for both
   */
  public record Pairs(List<PairedGate.Pair> quality, List<PairedGate.Pair> costUsd, int leftOut) {
    public Pairs {
      quality = List.copyOf(quality);
      costUsd = List.copyOf(costUsd);
    }
  }

  /**
   * A model whose answers had no cost, as no price is configured for it.
   *
   * @param free how many of its scored answers count as free
   * @param answers scored in all
   */
  public record Unpriced(String target, int free, int answers) {}

  /** The targets whose answers count as free, in their order: what that does to a mean cost. */
  public List<Unpriced> unpriced(List<Target> candidates) {
    List<Unpriced> found = new ArrayList<>();
    for (Target it : candidates) {
      String model = it.toString();
      List<LearnedRouter.Observation> scored =
          comparisons.stream().filter(its -> !Double.isNaN(its.score(model))).toList();
      int free = (int) scored.stream().filter(its -> Double.isNaN(its.cost(model))).count();
      if (free > 0) {
        found.add(new Unpriced(model, free, scored.size()));
      }
    }
    return found;
  }

  /** Live and candidate on every comparison that says something of both. */
  public Pairs pairs(Policy live, Policy candidate) {
    List<PairedGate.Pair> quality = new ArrayList<>();
    List<PairedGate.Pair> cost = new ArrayList<>();
    double paid = 0;
    for (LearnedRouter.Observation it : comparisons) {
      Optional<Item> old = item(live, it);
      Optional<Item> fresh = item(candidate, it);
      if (old.isPresent() && fresh.isPresent()) {
        quality.add(new PairedGate.Pair(old.get().quality(), fresh.get().quality(), it.group()));
        cost.add(new PairedGate.Pair(old.get().costUsd(), fresh.get().costUsd(), it.group()));
        paid += old.get().costUsd() + fresh.get().costUsd();
      }
    }
    return new Pairs(quality, paid > 0 ? cost : List.of(), comparisons.size() - quality.size());
  }
}
