package dev.treadle.training.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Figures {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private Figures() {}

  /** Four figures are as much as a loss means. */
  static String loss(double loss) {
    if (!Double.isFinite(loss)) {
      return "no number";
    }
    return String.format(Locale.ROOT, Math.abs(loss) < 0.1 ? "%.4f" : "%.3f", loss);
  }

  /** Such as 1.0e-4. */
  static String rate(double rate) {
    return rate == 0 ? "0" : power(rate, 2);
  }

  /** As short as it goes: 1e-4, 2.5e-4, 0. */
  static String shortRate(double rate) {
    return rate == 0 ? "0" : power(rate, 3).replaceFirst("\\.?0+e", "e");
  }

  private static String power(double value, int digits) {
    if (!Double.isFinite(value)) {
      return "no number";
    }
    String text = String.format(Locale.ROOT, "%." + (digits - 1) + "e", value);
    int split = text.indexOf('e');
    return text.substring(0, split) + "e" + Integer.parseInt(text.substring(split + 1));
  }

  /** Such as 12.3 MB; a kB is 1000 bytes. */
  static String bytes(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1000 && unit < UNITS.length - 1) {
      size /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", size, UNITS[unit]);
  }

  /** In the one or two units that matter: 45 s, 3 min, 2 h 10 min, 3 d 4 h. */
  static String duration(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 90) {
      return seconds + " s";
    }
    long minutes = (seconds + 30) / 60;
    if (minutes < 90) {
      return minutes + " min";
    }
    long hours = minutes / 60;
    return hours < 48
        ? hours + " h " + minutes % 60 + " min"
        : hours / 24 + " d " + hours % 24 + " h";
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  static String share(double share) {
    return Double.isFinite(share)
        ? String.format(Locale.ROOT, "%.1f %%", share * 100)
        : "no number";
  }

  /** With at most five significant digits, and no more than are needed. */
  static String plain(double value) {
    if (!Double.isFinite(value)) {
      return "no number";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(5)).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }
}
