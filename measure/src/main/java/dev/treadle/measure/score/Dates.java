package dev.treadle.measure.score;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brings dates to one form, where it is certain which number is the month. */
final class Dates {
  private static final int MOST_LENGTH = 2000;
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final String MONTH =
      "\\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
          + "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b\\.?";
  private static final String DAY = "(?<!\\d)(\\d{1,2})(?:st|nd|rd|th)?\\b";
  private static final String YEAR = "(?:,? (\\d{4})\\b)?";
  private static final Pattern MONTH_FIRST = Pattern.compile(MONTH + " (?:the )?" + DAY + YEAR);
  private static final Pattern DAY_FIRST = Pattern.compile(DAY + " (?:of )?" + MONTH + YEAR);
  private static final Pattern CHINESE =
      Pattern.compile("(?:(\\d{4}) ?年 ?)?(?<!\\d)(\\d{1,2}) ?月 ?(\\d{1,2}) ?[日号]");
  private static final Pattern YEAR_FIRST =
      Pattern.compile("(?<![\\d/-])(\\d{4})[-/](\\d{1,2})[-/](\\d{1,2})(?![\\d/-])");
  private static final Pattern FULL = Pattern.compile("\\b\\d{4} \\d{2} \\d{2}\\b");

  /** What makes a statement one of another day than it names, or of none. */
  private static final Pattern OTHER_DAY =
      Pattern.compile(
          "\\b(?:before|after|until|later|earlier|from|between|since|not|never|by)\\b|n't|[前后不没非]");

  private Dates() {}

  /** The same text, in lower case before, with year, month and day of its dates in this order. */
  static String plain(String text) {
    if (text.length() > MOST_LENGTH || !Numerals.hasDigit(text)) {
      return text;
    }
    String s = MONTH_FIRST.matcher(text).replaceAll(it -> named(it, 1, 2));
    s = DAY_FIRST.matcher(s).replaceAll(it -> named(it, 2, 1));
    s = CHINESE.matcher(s).replaceAll(Dates::numbered);
    return YEAR_FIRST.matcher(s).replaceAll(Dates::numbered);
  }

  /** Whether the whole text is one in Chinese, which else would read as years, months and days. */
  static boolean isChinese(String text) {
    return CHINESE.matcher(text).matches();
  }

  /**
   * The only date that is said in a text, in the form of {@link #plain}; empty where not one is.
   */
  static Optional<String> only(String text) {
    String low = Numerals.chinese(text.toLowerCase(Locale.ROOT));
    String plain = plain(low);
    Matcher dates = FULL.matcher(plain);
    if (plain.equals(low) || !dates.find() || OTHER_DAY.matcher(plain).find()) {
      return Optional.empty();
    }
    String date = dates.group();
    return dates.find() ? Optional.empty() : Optional.of(date);
  }

  private static String named(MatchResult it, int month, int day) {
    return written(it.group(3), MONTHS.indexOf(it.group(month).substring(0, 3)) + 1, it.group(day));
  }

  private static String numbered(MatchResult it) {
    return written(it.group(1), Integer.parseInt(it.group(2)), it.group(3));
  }

  private static String written(String year, int month, String day) {
    String date = String.format(Locale.ROOT, "%02d %02d", month, Integer.parseInt(day));
    return Matcher.quoteReplacement(" " + (year == null ? date : year + " " + date) + " ");
  }
}
