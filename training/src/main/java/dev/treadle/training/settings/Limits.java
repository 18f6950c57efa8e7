package dev.treadle.training.settings;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.TreadleException;
import java.math.BigDecimal;

/** What numbers a setting may have. A refusal names the key as the file has it. */
final class Limits {
  static final int MOST_STEPS = 100_000_000;

  private Limits() {}

  static void whole(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw wrong(key, value, "a whole number from " + least + " to " + most);
    }
  }

  /** A finite number above another. */
  static void above(String key, double value, double bound) {
    if (!(value > bound) || Double.isInfinite(value)) {
      throw wrong(key, plain(value), "a number above " + plain(bound));
    }
  }

  /** A finite number from zero. */
  static void fromZero(String key, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw wrong(key, plain(value), "a number from 0");
    }
  }

  /** From zero, and below one. */
  static void share(String key, double value) {
    if (!(value >= 0 && value < 1)) {
      throw wrong(key, plain(value), "a number from 0, below 1");
    }
  }

  static TreadleException wrong(String key, Object found, String expected) {
    return TrainingError.SETTINGS_INVALID.because(
        key + " is " + shortened(found) + ": it must be " + expected);
  }

  /** A number as somebody would write it: 8, 0.05, 1.0E-4. */
  private static String plain(double value) {
    return Double.isFinite(value) && value == Math.rint(value) && Math.abs(value) < 1e15
        ? BigDecimal.valueOf(value).toBigInteger().toString()
        : Double.toString(value);
  }

  private static String shortened(Object found) {
    String text = found.toString().replaceAll("\\s+", " ");
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
