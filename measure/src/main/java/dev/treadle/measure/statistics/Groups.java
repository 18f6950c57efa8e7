package dev.treadle.measure.statistics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;

/** Which of a list's members belong together; groups are numbered by their first members. */
final class Groups {
  private final int[] groupOf;
  private final int[] sizes;

  private Groups(int[] groupOf, int count) {
    this.groupOf = groupOf;
    this.sizes = new int[count];
    for (int group : groupOf) {
      sizes[group]++;
    }
  }

  static <T> Groups of(List<T> members, Function<T, String> group) {
    Map<String, Integer> numbers = new HashMap<>();
    int[] groupOf = new int[members.size()];
    for (int i = 0; i < groupOf.length; i++) {
      Integer number = numbers.putIfAbsent(group.apply(members.get(i)), numbers.size());
      groupOf[i] = number == null ? numbers.size() - 1 : number;
    }
    return new Groups(groupOf, numbers.size());
  }

  int count() {
    return sizes.length;
  }

  /** The number of members of the largest group. */
  int largest() {
    int largest = 0;
    for (int size : sizes) {
      largest = Math.max(largest, size);
    }
    return largest;
  }

  double meanSize() {
    return sizes.length == 0 ? 0 : (double) groupOf.length / sizes.length;
  }

  /** The sum of something over each group. */
  double[] sums(IntToDoubleFunction value) {
    double[] sums = new double[sizes.length];
    for (int i = 0; i < groupOf.length; i++) {
      sums[groupOf[i]] += value.applyAsDouble(i);
    }
    return sums;
  }

  /** The least of something in each group. */
  double[] least(IntToDoubleFunction value) {
    double[] least = new double[sizes.length];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (int i = 0; i < groupOf.length; i++) {
      least[groupOf[i]] = Math.min(least[groupOf[i]], value.applyAsDouble(i));
    }
    return least;
  }
}
