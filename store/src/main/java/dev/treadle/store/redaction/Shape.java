package dev.treadle.store.redaction;

/**
 * What the characters of a candidate say about it: how many of which kind, and whether somebody
 * typed it or it was drawn.
 */
final class Shape {
  /** More than this of a long value tells nothing new. */
  private static final int LIMIT = 72;

  int size;
  int digits;
  int lowers;
  int uppers;

  /** Neither letter nor digit nor one of {@code _ - .}, which join words. */
  int symbols;

  int joints;
  int others;
  int distinct;

  /**
   * Steps from one kind of character to another, joints left out; a capital before a small letter
   * counts once.
   */
  int changes;

  int digitToLetter;
  private int ascending;
  private int longestRun;
  private boolean hex;
  private final Subject subject;

  Shape(Subject subject) {
    this.subject = subject;
  }

  void measure(int start, int end) {
    digits = lowers = uppers = symbols = joints = others = changes = digitToLetter = ascending = 0;
    longestRun = 1;
    hex = true;
    size = end - start;
    long low = 0;
    long high = 0;
    int run = 1;
    int lastKind = 0;
    char last = 0;
    int stop = Math.min(end, start + LIMIT);
    for (int i = start; i < stop; i++) {
      char c = subject.at(i);
      int kind = count(c);
      hex &= Alphabet.HEX.has(c);
      if (c < 64) {
        low |= 1L << c;
      } else {
        high |= 1L << (c & 63);
      }
      if (i > start) {
        ascending +=
            c == last + 1
                    || (c == '0' && last == '9')
                    || (c == '0' && last == 'z')
                    || (c == 'a' && last == 'Z')
                ? 1
                : 0;
        run = c == last ? run + 1 : 1;
        longestRun = Math.max(longestRun, run);
      }
      if (kind != 0) {
        if (lastKind != 0 && kind != lastKind && !(lastKind == 3 && kind == 2)) {
          changes++;
          digitToLetter += lastKind == 1 && (kind == 2 || kind == 3) ? 1 : 0;
        }
        lastKind = kind;
      }
      last = c;
    }
    distinct = Long.bitCount(low) + Long.bitCount(high);
  }

  /** How many of small letters, capitals and digits occur. */
  int kinds() {
    return (digits > 0 ? 1 : 0) + (lowers > 0 ? 1 : 0) + (uppers > 0 ? 1 : 0);
  }

  boolean isMixed() {
    return kinds() == 3;
  }

  boolean isHex() {
    return hex;
  }

  int letters() {
    return lowers + uppers;
  }

  /**
   * Written to fill the place of a key: the same few characters again and again, or the alphabet.
   */
  boolean isFiller() {
    int seen = Math.min(size, LIMIT);
    return distinct < Math.min(6, 1 + seen / 4)
        || longestRun >= Math.max(5, seen / 3)
        || ascending * 10 > seen * 6;
  }

  private int count(char c) {
    if (c >= '0' && c <= '9') {
      digits++;
      return 1;
    }
    if (c >= 'a' && c <= 'z') {
      lowers++;
      return 2;
    }
    if (c >= 'A' && c <= 'Z') {
      uppers++;
      return 3;
    }
    if (c == '_' || c == '-' || c == '.') {
      joints++;
      return 0;
    }
    if (c < 128) {
      symbols++;
      return 4;
    }
    others++;
    return 5;
  }
}
