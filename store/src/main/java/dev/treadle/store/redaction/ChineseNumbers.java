package dev.treadle.store.redaction;

/**
 * Matches Chinese identity card numbers (GB 11643), mobile numbers, and unified social credit codes
 * (GB 32100).
 */
final class ChineseNumbers {
  private static final int[] IDENTITY_WEIGHTS = {
    7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2
  };
  private static final String IDENTITY_CHECKS = "10X98765432";
  private static final String CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  private static final int[] CREDIT_WEIGHTS = {
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28
  };

  /** Registering department and category: the first two characters of a credit code. */
  private static final String CREDIT_LEADS =
      " 11 12 13 14 19 21 29 31 32 33 34 35 39 41 49 51 52 53 54 59 61 62 69 71 72 79 81 89 91 92 93 A1 A9 N1 N2 N3 N9 Y1 ";

  private static final String PROVINCES =
      " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91 ";

  /** Looks like a mobile number, and is in every other log of machines. */
  private static final String SIXTEEN_GIBIBYTES = "17179869184";

  private static final int FIRST_YEAR = 1900;
  private static final int LAST_YEAR = 2035;
  private static final int WORD_REACH = 40;

  private final Subject subject;
  private final Findings findings;
  private int identityWordEnd;

  ChineseNumbers(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  void reset() {
    identityWordEnd = -WORD_REACH - 1;
  }

  void sawIdentityWord(int end) {
    identityWordEnd = end;
  }

  /**
   * 18 characters from {@code start} on, of which {@code digitsEnd} ends the leading digits;
   * returns the end, or -1.
   */
  int identity(int start, int digitsEnd) {
    int end = start + 18;
    if (digitsEnd < start + 17
        || !subject.endsClean(end)
        || !isIdentity(start, start + 6, start + 14)) {
      return -1;
    }
    findings.add(start, end, Family.CN_ID, Findings.CHECKED);
    return end;
  }

  /** The same with blanks: six, eight and four characters. */
  int spacedIdentity(int start) {
    int date = start + 7;
    int rest = start + 16;
    char separator = subject.at(start + 6);
    boolean spaced = (separator == ' ' || separator == '-') && subject.at(start + 15) == separator;
    if (!spaced
        || subject.runEnd(Alphabet.DIGIT, date, 9) != date + 8
        || subject.runEnd(Alphabet.DIGIT, rest, 5) < rest + 3
        || !subject.endsClean(rest + 4)
        || !isIdentity(start, date, rest)) {
      return -1;
    }
    findings.add(start, rest + 4, Family.CN_ID, Findings.CHECKED);
    return rest + 4;
  }

  /** The form of 15 digits, which has no check, near a word for it. */
  int oldIdentity(int start, int end) {
    int year = 1900 + number(start + 6, 2);
    boolean named = start - identityWordEnd <= WORD_REACH;
    if (!named
        || !subject.endsClean(end)
        || !isProvince(start)
        || !isDate(year, number(start + 8, 2), number(start + 10, 2))) {
      return -1;
    }
    findings.add(start, end, Family.CN_ID, Findings.CHECKED);
    return end;
  }

  /** 11 digits, or 13 or 15 with the country code; returns the end, or -1. */
  int mobile(int start, int end) {
    int size = end - start;
    int national = end - 11;
    boolean prefixed =
        (size == 13 && subject.starts("86", start))
            || (size == 15 && subject.starts("0086", start));
    boolean decimal = subject.at(end) == '.' && subject.has(Alphabet.DIGIT, end + 1);
    if (subject.starts(SIXTEEN_GIBIBYTES, start)) {
      return -1;
    }
    if ((size != 11 && !prefixed)
        || !isMobileLead(national)
        || !subject.endsClean(end)
        || decimal) {
      return -1;
    }
    int from = size == 11 ? mobileStart(start) : start;
    boolean joined = "-_".indexOf(subject.at(end)) >= 0 && subject.has(Alphabet.DIGIT, end + 1);
    if (from < 0 || joined) {
      return -1;
    }
    findings.add(from, end, Family.CN_MOBILE, Findings.CHECKED);
    return end;
  }

  /**
   * {@code 138 0013 8000} or with dashes; the finding starts at {@code from}. Returns its end, or
   * -1.
   */
  int spacedMobile(int from, int start) {
    char separator = subject.at(start + 3);
    int end = start + 13;
    if (!isMobileLead(start)
        || (separator != ' ' && separator != '-')
        || subject.at(start + 8) != separator
        || subject.runEnd(Alphabet.DIGIT, start, 4) != start + 3
        || subject.runEnd(Alphabet.DIGIT, start + 4, 5) != start + 8
        || subject.runEnd(Alphabet.DIGIT, start + 9, 5) != end
        || !subject.endsClean(end)) {
      return -1;
    }
    boolean more = subject.at(end) == separator && subject.has(Alphabet.DIGIT, end + 1);
    boolean joined = subject.at(from - 1) == '-' && subject.has(Alphabet.WORD, from - 2);
    if (joined || (more && separator == '-')) {
      return -1;
    }
    findings.add(from, end, Family.CN_MOBILE, Findings.CHECKED);
    return end;
  }

  /** {@code 86 138…} and {@code 0086-138…}, from the country code on. */
  int prefixedMobile(int start) {
    int at =
        subject.starts("0086", start) ? start + 4 : subject.starts("86", start) ? start + 2 : -1;
    if (at < 0 || (subject.at(at) != ' ' && subject.at(at) != '-')) {
      return -1;
    }
    int national = at + 1;
    int end = subject.runEnd(Alphabet.DIGIT, national, 12);
    if (end - national == 3) {
      return spacedMobile(start, national);
    }
    if (end - national != 11 || !isMobileLead(national) || !subject.endsClean(end)) {
      return -1;
    }
    findings.add(start, end, Family.CN_MOBILE, Findings.CHECKED);
    return end;
  }

  /** A credit code that starts with, or one letter before, the digit at {@code digit}. */
  void creditCode(int digit) {
    boolean letter = "AYN".indexOf(subject.at(digit - 1)) >= 0 && subject.at(digit - 1) != 0;
    int start = letter ? digit - 1 : digit;
    if (!subject.startsClean(start)) {
      return;
    }
    int end = start + 18;
    if (!subject.has(Alphabet.CREDIT, end - 1)
        || !subject.endsClean(end)
        || subject.runEnd(Alphabet.CREDIT, start) != end) {
      return;
    }
    String lead = subject.slice(start, start + 2);
    if (CREDIT_LEADS.contains(" " + lead + " ") && passesCreditCheck(start)) {
      findings.add(start, end, Family.CN_CREDIT_CODE, Findings.CHECKED - 1);
    }
  }

  private boolean passesCreditCheck(int start) {
    int sum = 0;
    for (int i = 0; i < CREDIT_WEIGHTS.length; i++) {
      sum += CREDIT_WEIGHTS[i] * CREDIT_DIGITS.indexOf(subject.at(start + i));
    }
    return CREDIT_DIGITS.charAt((31 - sum % 31) % 31) == subject.at(start + 17);
  }

  /**
   * Takes in {@code 86 } and {@code +86-} before the number; -1 when other digits are joined to it
   * by a dash.
   */
  private int mobileStart(int start) {
    char before = subject.at(start - 1);
    boolean joined = before == '-' || before == '_';
    return joined && subject.has(Alphabet.DIGIT, start - 2) ? -1 : start;
  }

  private boolean isMobileLead(int start) {
    char second = subject.at(start + 1);
    return subject.at(start) == '1' && second >= '3' && second <= '9';
  }

  /** Region, date and check character, whose parts start at the three positions. */
  private boolean isIdentity(int region, int date, int rest) {
    if (!isProvince(region) || !isDate(number(date, 4), number(date + 4, 2), number(date + 6, 2))) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < 17; i++) {
      int at = i < 6 ? region + i : i < 14 ? date + i - 6 : rest + i - 14;
      sum += IDENTITY_WEIGHTS[i] * (subject.at(at) - '0');
    }
    char check = subject.at(rest + 3);
    return IDENTITY_CHECKS.charAt(sum % 11) == (check == 'x' ? 'X' : check);
  }

  private boolean isProvince(int start) {
    return PROVINCES.contains(" " + subject.slice(start, start + 2) + " ");
  }

  private int number(int start, int size) {
    int number = 0;
    for (int i = start; i < start + size; i++) {
      number = number * 10 + subject.at(i) - '0';
    }
    return number;
  }

  private static boolean isDate(int year, int month, int day) {
    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1) {
      return false;
    }
    boolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int days =
        month == 2
            ? (leap ? 29 : 28)
            : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    return day <= days;
  }
}
