package dev.treadle.training.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Round numbers along an axis: 1, 2 or 5 times a power of ten apart.
 *
 * @param apart how far
 */
record Ticks(List<Double> values, double apart) {
  Ticks {
    values = List.copyOf(values);
  }

  /**
   * Those between two numbers.
   *
   * @param most no more than about so many
   * @param least apart, such as 1 for what is whole
   */
  static Ticks of(double low, double high, int most, double least) {
    double apart = Math.max(least, round((high - low) / most));
    List<Double> values = new ArrayList<>();
    long last = (long) Math.floor(high / apart + 1e-9);
    for (long it = (long) Math.ceil(low / apart - 1e-9); it <= last; it++) {
      values.add(it * apart);
    }
    return new Ticks(values, apart);
  }

  private static double round(double apart) {
    double power = Math.pow(10, Math.floor(Math.log10(apart)));
    double share = apart / power;
    double nice = share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10;
    return nice * power;
  }

  /** A tick with as many digits as tell it from the next. */
  String text(double value) {
    int digits = (int) Math.max(0, -Math.floor(Math.log10(apart) + 1e-9));
    return String.format(Locale.ROOT, "%." + digits + "f", value + 0.0);
  }

  /** A whole tick, in thousands or millions where all are. */
  String wholeText(double value) {
    long whole = Math.round(value);
    if (whole == 0) {
      return "0";
    }
    if (apart >= 100_000 && whole % 100_000 == 0) {
      return tenths(whole / 100_000) + "M";
    }
    return apart >= 1000 ? whole / 1000 + "k" : Long.toString(whole);
  }

  private static String tenths(long tenths) {
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
  }
}
