package dev.treadle.store.redaction;

/**
 * Matches telephone numbers: E.164 with a plus sign, North American with separators, Chinese
 * landlines with a dash.
 */
final class Phones {
  private static final int MAX_DIGITS = 15;
  private static final String ONE_AND_TWO_DIGIT_CODES =
      " 1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92"
          + " 93 94 95 98 ";
  private static final String THREE_DIGIT_CODES =
      " 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237"
          + " 238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258"
          + " 260 261 262 263 264 265 266 267 268 269 290 291 297 298 299 350 351 352 353 354 355"
          + " 356 357 358 359 370 371 372 373 374 375 376 377 378 379 380 381 382 383 385 386 387"
          + " 389 420 421 423 500 501 502 503 504 505 506 507 508 509 590 591 592 593 594 595 596"
          + " 597 598 599 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689"
          + " 690 691 692 800 808 850 852 853 855 856 870 878 880 881 882 883 886 888 960 961 962"
          + " 963 964 965 966 967 968 970 971 972 973 974 975 976 977 979 992 993 994 995 996 998 ";

  private final Subject subject;
  private final Findings findings;

  Phones(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  /** A number whose first digit is at {@code first}, after a plus sign; returns its end, or -1. */
  int international(int first) {
    int start = first - 1;
    if (!subject.startsClean(start) || subject.at(start - 1) == '+' || subject.at(first) == '0') {
      return -1;
    }
    long digits = 0;
    int count = 0;
    int best = -1;
    boolean mobile = false;
    int at = first;
    while (count <= MAX_DIGITS) {
      int end = subject.runEnd(Alphabet.DIGIT, at, MAX_DIGITS + 2);
      for (int i = at; i < end && count <= MAX_DIGITS; i++) {
        digits = digits * 10 + subject.at(i) - '0';
        count++;
      }
      if (count <= MAX_DIGITS
          && subject.endsClean(end)
          && isNumber(digits, count)
          && !continues(end)) {
        best = end;
        mobile = isChineseMobile(digits, count);
      }
      at = nextGroup(end);
      if (at < 0) {
        break;
      }
    }
    if (best > 0) {
      findings.add(start, best, mobile ? Family.CN_MOBILE : Family.PHONE, Findings.CHECKED);
    }
    return best;
  }

  /**
   * {@code 415-555-2671} and the same with dots, blanks or brackets; an optional 1 before. Returns
   * its end, or -1.
   */
  int northAmerican(int area) {
    if (!startsArea(area)) {
      return -1;
    }
    boolean bracket = subject.at(area - 1) == '(' && subject.at(area + 3) == ')';
    int at = area + 3;
    char separator = subject.at(at);
    if (bracket) {
      at++;
      separator = subject.at(at) == ' ' || subject.at(at) == '-' ? subject.at(at) : '-';
      at += separator == subject.at(at) ? 1 : 0;
    } else if (" -.".indexOf(separator) >= 0) {
      at++;
    } else {
      return -1;
    }
    int exchangeEnd = subject.runEnd(Alphabet.DIGIT, at, 4);
    char second = subject.at(exchangeEnd);
    int end = subject.runEnd(Alphabet.DIGIT, exchangeEnd + 1, 5);
    boolean separated = bracket ? " -.".indexOf(second) >= 0 : second == separator;
    if (exchangeEnd != at + 3 || !separated || end != exchangeEnd + 5 || subject.at(at) < '2') {
      return -1;
    }
    int start = withTrunk(bracket ? area - 1 : area, separator);
    if (bracket && start < 0) {
      start = area - 1;
    }
    if (start < 0
        || !subject.endsClean(end)
        || continues(end)
        || !standsAlone(start, end, separator)) {
      return -1;
    }
    findings.add(start, end, Family.PHONE, Findings.PATTERN);
    return end;
  }

  /** A Chinese area code with its zero, a dash, and seven or eight digits. */
  int landline(int start, int end) {
    if (subject.at(start) != '0'
        || subject.at(end) != '-'
        || "-.+:/".indexOf(subject.at(start - 1)) > 0) {
      return -1;
    }
    char first = subject.at(start + 1);
    boolean area =
        end - start == 3
            ? first == '1' ? subject.at(start + 2) == '0' : first == '2'
            : first >= '3';
    int last = subject.runEnd(Alphabet.DIGIT, end + 1, 9);
    int size = last - end - 1;
    char lead = subject.at(end + 1);
    boolean local = (size == 8 || (size == 7 && end - start == 4)) && lead >= '2' && lead <= '8';
    if (!area
        || !local
        || !subject.endsClean(last)
        || subject.at(start - 1) == '-'
        || continues(last)) {
      return -1;
    }
    findings.add(start, last, Family.PHONE, Findings.PATTERN);
    return last;
  }

  private boolean startsArea(int area) {
    char first = subject.at(area);
    char before = subject.at(area - 1);
    return first >= '2'
        && first <= '9'
        && before != '.'
        && !(before == '-' && !subject.has(Alphabet.DIGIT, area - 2));
  }

  /**
   * Takes in {@code 1-} or {@code +1 } before the area code; -1 when other digits are glued to it.
   */
  private int withTrunk(int start, char separator) {
    char before = subject.at(start - 1);
    boolean joined = before == separator || before == ' ' || before == '-';
    if (!joined || !subject.has(Alphabet.DIGIT, start - 2)) {
      return start;
    }
    if (subject.at(start - 2) == '1'
        && subject.startsClean(start - 2)
        && ".-".indexOf(subject.at(start - 3)) < 0) {
      return start - 2;
    }
    return before == ' ' && separator != ' ' ? start : -1;
  }

  /** Numbers with blanks only count when no column of numbers surrounds them. */
  private boolean standsAlone(int start, int end, char separator) {
    return separator != ' '
        || subject.at(start) == '('
        || !(subject.at(end) == ' ' && subject.has(Alphabet.DIGIT, end + 1));
  }

  /** Whether digits go on after a dot: then it was no telephone number. */
  private boolean continues(int end) {
    return subject.at(end) == '.' && subject.has(Alphabet.DIGIT, end + 1);
  }

  /** Where the next group starts: after one separator, or a bracket with one; -1 when none does. */
  private int nextGroup(int end) {
    int i = end;
    char c = subject.at(i);
    if (c == ' ' || c == '-' || c == '.') {
      i++;
    }
    if (subject.at(i) == '(' || (subject.at(i) == ')' && i == end)) {
      i++;
      if (subject.at(i - 1) == ')' && (subject.at(i) == ' ' || subject.at(i) == '-')) {
        i++;
      }
    }
    return i > end && subject.has(Alphabet.DIGIT, i) ? i : -1;
  }

  /**
   * Whether country code and length fit (ITU-T E.164; the lengths of some plans are known here,
   * else 7 to 12).
   */
  private static boolean isNumber(long digits, int count) {
    if (count < 8 || digits < 1) {
      return false;
    }
    int two = (int) (digits / power(count - 2));
    int one = two / 10;
    if (one == 1) {
      return count == 11 && isNorthAmerican(digits % power(10));
    }
    if (one == 7) {
      return count == 11 && two != 70;
    }
    if (ONE_AND_TWO_DIGIT_CODES.contains(" " + two + " ")) {
      return fits(two, count - 2);
    }
    int three = (int) (digits / power(count - 3));
    int national = count - 3;
    return switch (three) {
      case 852, 853 -> national == 8;
      case 886 -> national == 8 || national == 9;
      default -> THREE_DIGIT_CODES.contains(" " + three + " ") && national >= 7 && national <= 11;
    };
  }

  private static boolean fits(int country, int national) {
    return switch (country) {
      case 33, 34, 61 -> national == 9;
      case 91, 90, 63 -> national == 10;
      case 86 -> national >= 10 && national <= 11;
      case 44, 81 -> national == 9 || national == 10;
      case 55 -> national == 10 || national == 11;
      case 82, 60 -> national >= 8 && national <= 10;
      case 65 -> national == 8;
      case 49 -> national >= 7 && national <= 12;
      case 39 -> national >= 8 && national <= 11;
      default -> national >= 7 && national <= 11;
    };
  }

  private static boolean isNorthAmerican(long national) {
    return national / 1_000_000_000L >= 2 && national / 1_000_000 % 10 >= 2;
  }

  private static boolean isChineseMobile(long digits, int count) {
    long national = digits % power(11);
    return count == 13
        && digits / power(11) == 86
        && national >= 13_000_000_000L
        && national < 20_000_000_000L;
  }

  private static long power(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= 10;
    }
    return power;
  }
}
