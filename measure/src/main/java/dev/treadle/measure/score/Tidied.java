package dev.treadle.measure.score;

/**
 * A statement as it is read: in plain signs, and without what belongs to the sentence around it.
 */
final class Tidied {
  private Tidied() {}

  /** Without the marks around it that belong to the sentence. */
  static String text(String written) {
    String plain = Numerals.scaled(Numerals.chinese(Signs.plain(Latex.plain(written)))).strip();
    boolean isBold = plain.startsWith("**") || plain.endsWith("**");
    String text = isBold ? plain.replace("**", "").strip() : plain;
    while (!text.isEmpty() && ".,;:!?\"`*#".indexOf(text.charAt(text.length() - 1)) >= 0) {
      if (text.endsWith("!")
          && text.length() > 1
          && Digits.isDigit(text.charAt(text.length() - 2))) {
        break; // A factorial.
      }
      text = text.substring(0, text.length() - 1).strip();
    }
    while (!text.isEmpty() && ",;:\"`*#≈~".indexOf(text.charAt(0)) >= 0) {
      text = text.substring(1).strip();
    }
    for (String about :
        new String[] {
          "approximately ", "about ", "around ", "roughly ", "exactly ", "大约", "约", "only "
        }) {
      if (text.regionMatches(true, 0, about, 0, about.length())) {
        text = text.substring(about.length()).strip();
      }
    }
    return text;
  }

  /** 2024-05-17 and 17/5/2024 are no sums. */
  static boolean isDate(String text) {
    if (Dates.isChinese(text)) {
      return true;
    }
    for (char mark : new char[] {'-', '/'}) {
      int first = text.indexOf(mark);
      int second = first < 0 ? -1 : text.indexOf(mark, first + 1);
      boolean isLong =
          second > 0
              && Digits.end(text, 0) == first
              && Digits.end(text, first + 1) == second
              && Digits.end(text, second + 1) == text.length()
              && (first == 4 || text.length() - second == 5);
      if (isLong) {
        return true;
      }
    }
    return false;
  }
}
