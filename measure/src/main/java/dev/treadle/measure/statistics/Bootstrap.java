package dev.treadle.measure.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Intervals by drawing again from what was seen, whole groups at a time (Efron, 1979 and 1987).
 *
 * <p>Of ratios of sums over groups: a mean, a difference of paired values. The ends are Efron's
 * bias-corrected and accelerated ones. They need some dozens of groups; below that, and for what
 * decides something, use {@link PairedGate} and {@link OffPolicy}, which need no such excuse.
 *
 * @param draws at least 100; 2,000 are usual
 * @param confidence such as 0.95
 * @param seed of the draws: the same seed gives the same interval
 */
public record Bootstrap(int draws, double confidence, long seed) {
  public Bootstrap {
    if (draws < 100 || !(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "at least 100 draws and a confidence in 0..1 are needed, not %d and %s"
              .formatted(draws, confidence));
    }
  }

  /** 2,000 draws, 95 %. */
  public static Bootstrap withSeed(long seed) {
    return new Bootstrap(2_000, 0.95, seed);
  }

  /** The mean of independent values. */
  public Interval mean(double[] values) {
    double[] ones = new double[values.length];
    Arrays.fill(ones, 1);
    return ratio(values, ones);
  }

  /** The mean of values, of which those of one group belong together. */
  public Interval mean(double[] values, List<String> groups) {
    if (values.length != groups.size()) {
      throw new IllegalArgumentException(
          "%d values have %d groups".formatted(values.length, groups.size()));
    }
    Groups grouped = Groups.of(groups, it -> it);
    return ratio(grouped.sums(it -> values[it]), grouped.sums(_ -> 1));
  }

  /** Candidate minus live, per pair, by group. */
  public Interval pairedDifference(List<PairedGate.Pair> pairs) {
    return mean(
        pairs.stream().mapToDouble(it -> it.candidate() - it.live()).toArray(),
        pairs.stream().map(PairedGate.Pair::group).toList());
  }

  /** The ratio of two sums over independent groups. */
  public Interval ratio(double[] above, double[] units) {
    if (above.length == 0 || above.length != units.length) {
      throw new IllegalArgumentException(
          "%d values over %d units have no ratio".formatted(above.length, units.length));
    }
    double sum = Arrays.stream(above).sum();
    double unit = Arrays.stream(units).sum();
    double estimate = sum / unit;
    double[] drawn = drawn(above, units);
    Arrays.sort(drawn);
    double bias = bias(drawn, estimate);
    double acceleration = acceleration(above, units, sum, unit);
    double z = Normal.quantile(0.5 + confidence / 2);
    return new Interval(
        estimate,
        at(drawn, place(bias, acceleration, -z)),
        at(drawn, place(bias, acceleration, z)));
  }

  private double[] drawn(double[] above, double[] units) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn = new double[draws];
    for (int i = 0; i < draws; i++) {
      double sum = 0;
      double unit = 0;
      for (int j = 0; j < above.length; j++) {
        int group = random.nextInt(above.length);
        sum += above[group];
        unit += units[group];
      }
      drawn[i] = sum / unit;
    }
    return drawn;
  }

  /** How far the draws lie off the estimate, in deviations; ties count half. */
  private static double bias(double[] drawn, double estimate) {
    double below = 0.5;
    for (double it : drawn) {
      below += it < estimate ? 1 : it == estimate ? 0.5 : 0;
    }
    return Normal.quantile(below / (drawn.length + 1));
  }

  /** The skewness of what leaving out one group does, by six (Efron, 1987). */
  private static double acceleration(double[] above, double[] units, double sum, double unit) {
    double[] without = new double[above.length];
    double mean = 0;
    for (int i = 0; i < above.length; i++) {
      double rest = unit - units[i];
      without[i] = rest == 0 ? sum / unit : (sum - above[i]) / rest;
      mean += without[i] / above.length;
    }
    double squares = 0;
    double cubes = 0;
    for (double it : without) {
      double off = mean - it;
      squares += off * off;
      cubes += off * off * off;
    }
    return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
  }

  private static double place(double bias, double acceleration, double z) {
    double off = bias + z;
    return Normal.probability(bias + off / (1 - acceleration * off));
  }

  private static double at(double[] sorted, double share) {
    double place = Math.clamp(share * (sorted.length + 1) - 1, 0, sorted.length - 1);
    int low = (int) place;
    int high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
  }
}
