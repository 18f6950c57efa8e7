package dev.treadle.measure.score;

import java.util.Optional;

/** Reads one number of digits, with points, commas, blanks and an exponent as they are written. */
final class Digits {
  private static final int MOST = 1000;

  private Digits() {}

  /** A number and where it ends. */
  record Read(Rational value, int end) {}

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static int end(String text, int from) {
    int i = from;
    while (i < text.length() && isDigit(text.charAt(i))) {
      i++;
    }
    return i;
  }

  static int skip(String text, int from, char what) {
    int i = from;
    while (i < text.length() && text.charAt(i) == what) {
      i++;
    }
    return i;
  }

  /** Reads at {@code from}, where a digit or a point stands. */
  static Optional<Read> read(String text, int from, TermReader.Commas commas) {
    int i = end(text, from);
    StringBuilder digits = new StringBuilder().append(text, from, i);
    boolean isGrouped = false;
    boolean hasPoint = false;
    while (i < text.length() && digits.length() <= MOST) {
      char c = text.charAt(i);
      boolean isGroup = isGroup(text, i, from, c, digits, isGrouped, commas);
      if (isGroup) {
        digits.append(text, i + 1, i + 4);
        isGrouped = true;
        i += 4;
      } else if (isPoint(text, i, c, commas) && !hasPoint) {
        hasPoint = true;
        int stop = end(text, i + 1);
        digits.append('.').append(text, i + 1, stop);
        i = stop;
        break;
      } else {
        break;
      }
    }
    int exponent = exponentEnd(text, i);
    if (exponent > i) {
      digits.append(text, i, exponent);
      i = exponent;
    }
    if (digits.isEmpty()) {
      return Optional.empty(); // A point, and nothing that it parts.
    }
    String written = digits.charAt(0) == '.' ? "0" + digits : digits.toString();
    int stop = i;
    return Rational.parse(written).map(it -> new Read(it, stop));
  }

  private static boolean isPoint(String text, int i, char c, TermReader.Commas commas) {
    boolean isMark = c == '.' || (c == ',' && commas == TermReader.Commas.DECIMAL);
    return isMark
        && i + 1 < text.length()
        && isDigit(text.charAt(i + 1))
        && !(c == ',' && isThousands(text, i));
  }

  /** 10,000 is ten thousand wherever the comma marks decimals, too; 0,125 is an eighth. */
  private static boolean isThousands(String text, int comma) {
    int from = comma;
    while (from > 0 && isDigit(text.charAt(from - 1))) {
      from--;
    }
    return comma - from <= 3
        && comma > from
        && text.charAt(from) != '0'
        && (from == 0 || text.charAt(from - 1) != '.')
        && end(text, comma + 1) == comma + 4;
  }

  /** Three digits behind a mark, and no fourth, after one to three: a group of thousands. */
  private static boolean isGroup(
      String text,
      int i,
      int from,
      char c,
      StringBuilder digits,
      boolean isGrouped,
      TermReader.Commas commas) {
    boolean isMark =
        switch (c) {
          case ',' -> commas == TermReader.Commas.THOUSANDS;
          case '.' -> isGerman(text, i, commas) || (isGrouped && text.charAt(i - 4) == '.');
          case '\'', ' ' -> true;
          default -> false;
        };
    boolean isFirst = !isGrouped && digits.length() <= 3 && !digits.isEmpty() && i > from;
    boolean isSame = isGrouped && i >= 4 && text.charAt(i - 4) == c;
    return isMark && (isFirst || isSame) && digits.charAt(0) != '0' && end(text, i + 1) == i + 4;
  }

  /** Points part groups where another group follows, or where a comma marks the decimals. */
  private static boolean isGerman(String text, int i, TermReader.Commas commas) {
    int next = i + 4;
    if (next >= text.length()) {
      return false;
    }
    char after = text.charAt(next);
    boolean isAgain = after == '.' && end(text, next + 1) == next + 4;
    return isAgain
        || (after == ','
            && commas == TermReader.Commas.DECIMAL
            && next + 1 < text.length()
            && isDigit(text.charAt(next + 1)));
  }

  private static int exponentEnd(String text, int i) {
    if (i + 1 >= text.length() || (text.charAt(i) != 'e' && text.charAt(i) != 'E')) {
      return i;
    }
    char sign = text.charAt(i + 1);
    int digits = sign == '-' || sign == '+' ? i + 2 : i + 1;
    int end = end(text, digits);
    return end > digits && end - digits < 6 ? end : i;
  }
}
