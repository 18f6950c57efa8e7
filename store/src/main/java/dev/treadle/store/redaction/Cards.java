package dev.treadle.store.redaction;

/**
 * Matches payment card numbers: an issuer's prefix with a length it uses, and the Luhn check
 * (ISO/IEC 7812-1).
 */
final class Cards {
  private final Subject subject;
  private final Findings findings;
  private final byte[] digits = new byte[20];

  Cards(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  /** A number without separators; returns its end, or -1. */
  int plain(int start, int end) {
    boolean part =
        subject.at(start - 1) == '-'
            && subject.has(Alphabet.WORD, start - 2)
            && subject.has(Alphabet.DIGIT, start - 2);
    boolean joined = subject.at(end) == '-' && subject.has(Alphabet.WORD, end + 1);
    boolean decimal = subject.at(end) == '.' && subject.has(Alphabet.DIGIT, end + 1);
    if (part || joined || decimal || !subject.endsClean(end)) {
      return -1;
    }
    for (int i = start; i < end; i++) {
      digits[i - start] = (byte) (subject.at(i) - '0');
    }
    return isCard(end - start) ? found(start, end) : -1;
  }

  /** Groups with one separator throughout: fours, 4-6-5, 4-6-4, or 6 and the rest. */
  int grouped(int start, int firstSize) {
    char separator = subject.at(start + firstSize);
    if (separator != ' ' && separator != '-') {
      return -1;
    }
    if (separator == '-' && subject.at(start - 1) == '-' && subject.has(Alphabet.WORD, start - 2)) {
      return -1;
    }
    int count = 0;
    int at = start;
    int group = 0;
    long sizes = 0;
    int best = -1;
    while (true) {
      int end = subject.runEnd(Alphabet.DIGIT, at, 14);
      int size = end - at;
      if (size == 0 || count + size > 19) {
        return best < 0 ? -1 : found(start, best);
      }
      for (int i = at; i < end; i++) {
        digits[count++] = (byte) (subject.at(i) - '0');
      }
      sizes = sizes * 16 + size;
      group++;
      boolean more = subject.at(end) == separator && subject.has(Alphabet.DIGIT, end + 1);
      boolean decimal = subject.at(end) == '.' && subject.has(Alphabet.DIGIT, end + 1);
      boolean complete =
          isLayout(sizes) && subject.endsClean(end) && !decimal && (separator == ' ' || !more);
      best = complete && isCard(count) && !isInTable(start, end) ? end : best;
      if (!more || group == 5) {
        return best < 0 ? -1 : found(start, best);
      }
      at = end + 1;
    }
  }

  private static boolean isLayout(long sizes) {
    return sizes == 0x4444
        || sizes == 0x465
        || sizes == 0x464
        || sizes == 0x6D
        || sizes == 0x6A
        || (sizes >> 4 == 0x4444 && (sizes & 15) <= 3)
        || (sizes >> 4 == 0x444 && (sizes & 15) < 4);
  }

  /**
   * Whether a group of four hexadecimal digits comes before or after: code points and dumps stand
   * so.
   */
  private boolean isInTable(int start, int end) {
    boolean after = subject.at(end) == ' ' && subject.runEnd(Alphabet.HEX, end + 1, 5) == end + 5;
    boolean before =
        subject.at(start - 1) == ' ' && subject.runStart(Alphabet.HEX, start - 1, 5) == start - 5;
    return (after && subject.endsClean(end + 5)) || (before && subject.startsClean(start - 5));
  }

  private boolean isCard(int count) {
    return count >= 13 && isIssued(count) && passesLuhn(count);
  }

  private int found(int start, int end) {
    findings.add(start, end, Family.CARD, Findings.CHECKED);
    return end;
  }

  private boolean isIssued(int count) {
    int two = digits[0] * 10 + digits[1];
    int four = two * 100 + digits[2] * 10 + digits[3];
    int three = four / 10;
    if (digits[0] == 4) {
      return count == 13 || count == 16 || count == 19;
    }
    if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) {
      return count == 16;
    }
    if (two == 34 || two == 37) {
      return count == 15;
    }
    if (two == 36 || two == 38 || two == 39 || (three >= 300 && three <= 305) || four == 3095) {
      return count >= 14;
    }
    boolean jcb = four >= 3528 && four <= 3589;
    boolean mir = four >= 2200 && four <= 2204;
    boolean discover = four == 6011 || two == 65 || (three >= 644 && three <= 649);
    boolean unionPay = two == 62 || two == 81 || four == 6033 || four == 9558 || four == 6223;
    boolean ruPay = two == 60 || two == 82 || three == 508;
    if (jcb || mir || discover || unionPay || ruPay) {
      return count >= 16;
    }
    boolean maestro =
        four == 5018
            || four == 5020
            || four == 5038
            || four == 5893
            || four == 6304
            || four == 6759;
    return maestro || (four >= 6761 && four <= 6763);
  }

  private boolean passesLuhn(int count) {
    int sum = 0;
    boolean zero = true;
    for (int i = 0; i < count; i++) {
      int digit = digits[count - 1 - i];
      zero &= digit == 0;
      int doubled = i % 2 == 0 ? digit : digit * 2;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0 && !zero;
  }
}
