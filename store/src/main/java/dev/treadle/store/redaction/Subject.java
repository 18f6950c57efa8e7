package dev.treadle.store.redaction;

import java.util.Arrays;

/**
 * The text being searched, with the questions that every matcher asks of it. Ends of runs are
 * remembered, so that many anchors inside one long run cost one walk over it.
 */
final class Subject {
  private final int[] runStart = new int[Alphabet.values().length];
  private final int[] runEnd = new int[Alphabet.values().length];
  private String text = "";
  private int length;

  void reset(String newText) {
    text = newText;
    length = newText.length();
    Arrays.fill(runStart, 0);
    Arrays.fill(runEnd, 0);
  }

  int length() {
    return length;
  }

  /** The character at {@code index}, or NUL outside the text. */
  char at(int index) {
    return index >= 0 && index < length ? text.charAt(index) : 0;
  }

  boolean has(Alphabet alphabet, int index) {
    return index >= 0 && index < length && alphabet.has(text.charAt(index));
  }

  boolean starts(String literal, int index) {
    return text.startsWith(literal, index);
  }

  /** Whether {@code literal}, which is lower-case ASCII, stands at {@code index} in any case. */
  boolean startsIgnoringCase(String literal, int index) {
    return text.regionMatches(true, index, literal, 0, literal.length());
  }

  String slice(int start, int end) {
    return text.substring(start, end);
  }

  /**
   * The end of the run of {@code alphabet} that {@code from} lies in; {@code from} itself when it
   * lies in none.
   */
  int runEnd(Alphabet alphabet, int from) {
    int slot = alphabet.index();
    if (from >= runStart[slot] && from < runEnd[slot]) {
      return runEnd[slot];
    }
    int end = from;
    while (end < length && alphabet.has(text.charAt(end))) {
      end++;
    }
    runStart[slot] = from;
    runEnd[slot] = end;
    return end;
  }

  /** As {@link #runEnd}, but looks at most {@code limit} characters ahead and remembers nothing. */
  int runEnd(Alphabet alphabet, int from, int limit) {
    int end = from;
    int stop = Math.min(length, from + limit);
    while (end < stop && alphabet.has(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /**
   * The start of the run of {@code alphabet} that ends before {@code end}, at most {@code limit}
   * characters back.
   */
  int runStart(Alphabet alphabet, int end, int limit) {
    int start = end;
    int stop = Math.max(0, end - limit);
    while (start > stop && alphabet.has(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  /**
   * Whether a word can start at {@code index}: what precedes is no ASCII word character, or is an
   * escape's last one.
   */
  boolean startsClean(int index) {
    return !has(Alphabet.WORD, index - 1) || endsEscape(index);
  }

  /**
   * As {@link #startsClean}, for keys that may hold dashes: what precedes is no longer such key.
   */
  boolean startsDashed(int index) {
    boolean dashed = at(index - 1) == '-' && has(Alphabet.URL64, index - 2);
    return !dashed && startsClean(index);
  }

  /** Whether a word can end before {@code index}. */
  boolean endsClean(int index) {
    return !has(Alphabet.WORD, index);
  }

  /**
   * Whether the characters before {@code index} are an escape: JSON's, a URL's, or a terminal's
   * colour.
   */
  boolean endsEscape(int index) {
    char last = at(index - 1);
    if ("nrtbf".indexOf(last) >= 0 && at(index - 2) == '\\') {
      return true;
    }
    if (Alphabet.HEX.has(last) && has(Alphabet.HEX, index - 2)) {
      return at(index - 3) == '%'
          || (at(index - 6) == '\\' && at(index - 5) == 'u' && has(Alphabet.HEX, index - 3));
    }
    if (last != 'm') {
      return false;
    }
    int i = index - 1;
    while (i > index - 12 && (has(Alphabet.DIGIT, i - 1) || at(i - 1) == ';')) {
      i--;
    }
    return at(i - 1) == '[';
  }

  /**
   * {@code start}, or where the escape ends whose last characters start the run at {@code start}.
   */
  int afterEscape(int start, int end) {
    char before = at(start - 1);
    if (before == 'u' && at(start - 2) == '\\' && end - start >= 4) {
      return start + 4;
    }
    boolean escape = before == '%' && end - start > 4 && (at(start) == '2' || at(start) == '3');
    return escape ? start + 2 : start;
  }

  /** Skips up to {@code limit} blanks from {@code index}. */
  int skipBlanks(int index, int limit) {
    int i = index;
    while (i < index + limit && (at(i) == ' ' || at(i) == '\t')) {
      i++;
    }
    return i;
  }

  /**
   * Whether a line ends, really or as an escape, between the two positions, which are near each
   * other.
   */
  boolean breaksLine(int from, int to) {
    for (int i = from; i < to; i++) {
      if (at(i) == '\n' || (at(i) == '\\' && at(i + 1) == 'n')) {
        return true;
      }
    }
    return false;
  }
}
