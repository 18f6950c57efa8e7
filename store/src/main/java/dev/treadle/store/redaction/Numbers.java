package dev.treadle.store.redaction;

/**
 * Looks at every run of digits, once, and asks the matchers that its length and neighbours call
 * for.
 */
final class Numbers {
  private final Subject subject;
  private final Addresses addresses;
  private final Phones phones;
  private final Cards cards;
  private final ChineseNumbers chinese;

  /** Where the last run of digits ends: what comes before has been looked at. */
  private int runEnd;

  /**
   * Where the last finding made of several runs ends: its later runs start nothing of their own.
   */
  private int taken;

  Numbers(Subject subject, Findings findings, Addresses addresses) {
    this.subject = subject;
    this.addresses = addresses;
    this.phones = new Phones(subject, findings);
    this.cards = new Cards(subject, findings);
    this.chinese = new ChineseNumbers(subject, findings);
  }

  void reset() {
    runEnd = 0;
    taken = 0;
    chinese.reset();
  }

  /** A word for identity cards ends before {@code end}. */
  void sawIdentityWord(int end) {
    chinese.sawIdentityWord(end);
  }

  /** A digit stands at {@code position}. */
  void digit(int position) {
    if (position < runEnd) {
      return;
    }
    runEnd = subject.runEnd(Alphabet.DIGIT, position);
    int start = subject.afterEscape(position, runEnd);
    if (start >= runEnd) {
      return;
    }
    chinese.creditCode(start);
    if (start >= taken) {
      taken = Math.max(taken, match(start, runEnd, runEnd - start));
    }
  }

  private int match(int start, int end, int size) {
    if (!startsNumber(start)) {
      return start;
    }
    int found = subject.at(start - 1) == '+' ? phones.international(start) : -1;
    if (found < 0 && size <= 3) {
      found = subject.at(end) == '.' ? addresses.v4(start) : -1;
      found = found < 0 && size == 3 ? chinese.spacedMobile(start, start) : found;
      found = found < 0 && size == 2 ? chinese.prefixedMobile(start) : found;
      found = found < 0 && size == 3 ? phones.northAmerican(start) : found;
      found = found < 0 && size >= 3 ? phones.landline(start, end) : found;
    } else if (found < 0 && size <= 6) {
      found = size == 4 || size == 6 ? cards.grouped(start, size) : -1;
      found = found < 0 && size == 4 ? phones.landline(start, end) : found;
      found = found < 0 && size == 4 ? chinese.prefixedMobile(start) : found;
      found = found < 0 && size == 6 ? chinese.spacedIdentity(start) : found;
    } else if (found < 0) {
      found = size >= 11 ? longRun(start, end, size) : -1;
    }
    return found < 0 ? start : found;
  }

  private int longRun(int start, int end, int size) {
    int found = size == 17 || size == 18 ? chinese.identity(start, end) : -1;
    found =
        found < 0 && (size == 11 || size == 13 || size == 15) ? chinese.mobile(start, end) : found;
    found = found < 0 && size == 15 ? chinese.oldIdentity(start, end) : found;
    return found < 0 && size >= 13 && size <= 19 ? cards.plain(start, end) : found;
  }

  /** Not glued to a word, and no later part of a decimal number. */
  private boolean startsNumber(int start) {
    boolean fraction = subject.at(start - 1) == '.' && subject.has(Alphabet.DIGIT, start - 2);
    return !fraction && subject.startsClean(start);
  }
}
