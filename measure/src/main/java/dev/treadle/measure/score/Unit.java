package dev.treadle.measure.score;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A unit of measurement.
 *
 * @param dimension exponents by quantity: length, mass, time …, a currency each for itself
 * @param factor to the unit that its dimension is counted in
 * @param offset added after that: for temperatures
 */
record Unit(SortedMap<String, Integer> dimension, double factor, double offset) {
  Unit {
    dimension = Collections.unmodifiableSortedMap(new TreeMap<>(dimension));
  }

  double inBase(double value) {
    return value * factor + offset;
  }

  Unit times(Unit other, int exponent) {
    TreeMap<String, Integer> sum = new TreeMap<>(dimension);
    other.dimension.forEach((name, count) -> sum.merge(name, count * exponent, Integer::sum));
    sum.values().removeIf(it -> it == 0);
    return new Unit(sum, factor * Math.pow(other.factor, exponent), 0);
  }

  Unit power(int exponent) {
    return exponent == 1 ? this : new Unit(new TreeMap<>(), 1, 0).times(this, exponent);
  }
}
