package dev.treadle.measure.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the mathematics out of one statement in words: "the price is 80 - 12 = 68 dollars". */
final class Statement {
  private static final String[] COPULAS = {
    " is ",
    " are ",
    " was ",
    " were ",
    " be ",
    " equals ",
    " equal to ",
    " gives ",
    " get ",
    " = ",
    "等于",
    "为",
    "是",
    "得",
    "得到"
  };
  private static final String OF_MATHEMATICS = "0123456789.,+-*/^()%=!_√π∞±$€£¥°:\\{}";

  private Statement() {}

  /** The readings of the first part that can be read; none where there is none. */
  static List<Solution> read(String statement) {
    if (statement.length() > SolutionReader.MOST_LENGTH) {
      return List.of();
    }
    List<Solution> whole = SolutionReader.read(statement);
    if (!whole.isEmpty()) {
      return whole;
    }
    String text = Tidied.text(withoutAside(statement));
    int about = text.indexOf('≈');
    if (about > 0) {
      List<Solution> both = new ArrayList<>();
      if (Numerals.hasDigit(text.substring(0, about)) || text.indexOf('π') >= 0) {
        both.addAll(read(text.substring(0, about)));
      }
      both.addAll(read(text.substring(about + 1).replace('≈', ' ')));
      return both;
    }
    List<Solution> readings = SolutionReader.read(text);
    if (readings.isEmpty()) {
      readings = behindCopula(text);
    }
    if (readings.isEmpty()) {
      int equals = text.lastIndexOf('=');
      readings = equals < 0 ? readings : SolutionReader.read(text.substring(equals + 1));
    }
    if (readings.isEmpty()) {
      readings = lastRun(text);
    }
    if (readings.isEmpty() && !Numerals.hasDigit(text)) {
      String spelled = Numerals.english(text);
      readings = spelled.equals(text) ? readings : read(spelled);
    }
    return readings;
  }

  private static List<Solution> behindCopula(String text) {
    String low = text.toLowerCase(Locale.ROOT);
    int end = -1;
    if (low.length() == text.length()) {
      for (String copula : COPULAS) {
        int at = low.lastIndexOf(copula);
        end = at < 0 ? end : Math.max(end, at + copula.length());
      }
    }
    List<Solution> listed = listed(text, low);
    return !listed.isEmpty()
        ? listed
        : end < 0 ? List.of() : SolutionReader.read(text.substring(end));
  }

  /** The solutions are x = 2 and x = 3: several equations, not only the last. */
  private static List<Solution> listed(String text, String low) {
    int end = Math.max(low.lastIndexOf(" are ") + 5, low.lastIndexOf("是") + 1);
    return end < 5 || low.length() != text.length() || text.indexOf('=', end) < 0
        ? List.of()
        : SolutionReader.read(text.substring(end)).stream()
            .filter(
                it ->
                    it instanceof Solution.Listing(char _, char _, List<Solution> items)
                        && items.size() > 1)
            .toList();
  }

  /** Without what stands in brackets at the end, if it is words. */
  private static String withoutAside(String statement) {
    String s = statement.strip();
    s = s.endsWith(".") ? s.substring(0, s.length() - 1) : s;
    int open = s.lastIndexOf(" (");
    boolean isAside =
        open > 0
            && s.endsWith(")")
            && s.substring(open + 2).chars().filter(Character::isLetter).count() > 3;
    return isAside ? s.substring(0, open) : s;
  }

  /** The last run of words that are numbers, signs or units. */
  private static List<Solution> lastRun(String text) {
    String spaced = spaced(text);
    String[] words = spaced.split(" +", -1);
    int end = words.length;
    while (end > 0) {
      while (end > 0 && !isMathematics(words[end - 1])) {
        end--;
      }
      int from = end;
      while (from > 0 && (isMathematics(words[from - 1]) || isUnit(words[from - 1]))) {
        from--;
      }
      int stop = end;
      while (stop < words.length && stop < end + 4 && isUnit(words[stop])) {
        stop++;
      }
      while (from < end && isUnit(words[from]) && !isMathematics(words[from])) {
        from++;
      }
      String run = String.join(" ", List.of(words).subList(from, stop));
      if (Numerals.hasDigit(run) || run.indexOf('π') >= 0) {
        List<Solution> readings = SolutionReader.read(run);
        if (readings.isEmpty() && from < end - 1 && !Digits.isDigit(lastOf(words[end - 2]))) {
          readings = SolutionReader.read(String.join(" ", List.of(words).subList(end - 1, stop)));
        }
        if (!readings.isEmpty()) {
          return readings;
        }
      }
      end = from;
    }
    return List.of();
  }

  private static char lastOf(String word) {
    return word.isEmpty() ? ' ' : word.charAt(word.length() - 1);
  }

  /** With blanks around what is Chinese, so that words can be told apart; units stay whole. */
  private static String spaced(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    boolean wasChinese = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isChinese = Units.isChinese(c);
      if (isChinese != wasChinese) {
        out.append(' ');
      }
      out.append(c == '\n' ? ' ' : c);
      wasChinese = isChinese;
    }
    return out.toString();
  }

  private static boolean isMathematics(String word) {
    boolean hasSign = false;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      boolean isExponent = (c == 'e' || c == 'E') && i > 0 && Digits.isDigit(word.charAt(i - 1));
      if (OF_MATHEMATICS.indexOf(c) < 0 && !isExponent) {
        return isMeasured(word);
      }
      hasSign |= ".,:".indexOf(c) < 0;
    }
    return hasSign;
  }

  /** 36km: digits, then a unit. */
  private static boolean isMeasured(String word) {
    int digits = Digits.end(word, 0);
    return digits > 0 && isUnit(word.substring(digits));
  }

  private static boolean isUnit(String word) {
    String name =
        word.endsWith(".") || word.endsWith(",") ? word.substring(0, word.length() - 1) : word;
    return Units.at(name, 0)
        .map(it -> it.end() == name.length() || Units.isChinese(name.charAt(0)))
        .orElse(false);
  }
}
