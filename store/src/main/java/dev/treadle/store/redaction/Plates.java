package dev.treadle.store.redaction;

/**
 * Matches Chinese vehicle plates (GA 36): a province, a letter, five characters, or six for new
 * energy vehicles, or four and a special last character; and embassy plates.
 */
final class Plates {
  static final String PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使";

  /** Provinces that are everyday words before a Latin one: new, cloud. */
  private static final String WORDS = "新云";

  private static final String LAST = "挂学警港澳领使";

  private final Subject subject;
  private final Findings findings;

  Plates(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  /** Looks at a plate that starts with the province character at {@code start}. */
  void match(int start) {
    char letter = subject.at(start + 1);
    if (subject.at(start) == '使') {
      embassy(start);
      return;
    }
    if (!isPlateLetter(letter)) {
      return;
    }
    int from = start + 2;
    char c = subject.at(from);
    if (c == '·' || c == '•' || c == '-' || c == ' ' || c == '.') {
      from++;
    }
    int end = from;
    int digits = 0;
    while (end < from + 7 && (isPlateLetter(subject.at(end)) || subject.has(Alphabet.DIGIT, end))) {
      digits += subject.has(Alphabet.DIGIT, end) ? 1 : 0;
      end++;
    }
    int size = end - from;
    if (size == 4 && LAST.indexOf(subject.at(end)) >= 0) {
      end++;
    } else if ((size != 5 && !(size == 6 && isNewEnergy(from))) || !subject.endsClean(end)) {
      return;
    }
    boolean word =
        WORDS.indexOf(subject.at(start)) >= 0 || (from > start + 2 && c != '·' && c != '•');
    if (word && digits == 0) {
      return;
    }
    findings.add(start, end, Family.CN_PLATE, Findings.PATTERN);
  }

  private void embassy(int start) {
    int end = subject.runEnd(Alphabet.DIGIT, start + 1, 7);
    if (end == start + 7 && subject.endsClean(end)) {
      findings.add(start, end, Family.CN_PLATE, Findings.PATTERN);
    }
  }

  /**
   * A letter from A to K first and four digits last (small vehicles), or five digits and the letter
   * (large ones).
   */
  private boolean isNewEnergy(int from) {
    boolean small =
        isEnergyLetter(subject.at(from)) && subject.runEnd(Alphabet.DIGIT, from + 2, 4) == from + 6;
    boolean large =
        isEnergyLetter(subject.at(from + 5)) && subject.runEnd(Alphabet.DIGIT, from, 5) == from + 5;
    return small || large;
  }

  private static boolean isEnergyLetter(char c) {
    return c >= 'A' && c <= 'K' && c != 'I';
  }

  private static boolean isPlateLetter(char c) {
    return c >= 'A' && c <= 'Z' && c != 'I' && c != 'O';
  }
}
