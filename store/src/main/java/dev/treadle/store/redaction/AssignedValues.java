package dev.treadle.store.redaction;

/**
 * Tells secrets from what else is assigned to their names: variables, calls, types, paths, words
 * and placeholders.
 */
final class AssignedValues {
  private static final int MAX_UNQUOTED = 2048;

  /** How long a value may be that goes on after an ampersand. */
  private static final int MAX_JOINED = 128;

  private final Subject subject;
  private final Placeholders placeholders;
  private final Shape shape;

  AssignedValues(Subject subject, Placeholders placeholders) {
    this.subject = subject;
    this.placeholders = placeholders;
    this.shape = new Shape(subject);
  }

  /**
   * Where a value without quotes ends that starts at {@code start}; punctuation at its end is the
   * sentence's.
   */
  int unquotedEnd(int start) {
    boolean led = subject.at(start) == '&' && isWithin(start);
    int end = subject.runEnd(Alphabet.VALUE, led ? start + 1 : start);
    if (end - start > MAX_UNQUOTED) {
      return start;
    }
    while (end - start < MAX_JOINED && end > start && isWithin(end)) {
      end = subject.runEnd(Alphabet.VALUE, end + 1);
    }
    if (end - start > MAX_UNQUOTED) {
      return start;
    }
    boolean closes = endsSentence(end);
    while (end > start && isClosing(subject.at(end - 1), closes) && !isBalanced(start, end)) {
      end--;
    }
    return end;
  }

  /**
   * Whether {@code [start, end)} is a secret, given how telling its name is and how it is written.
   */
  boolean accepts(
      Assignments.Strength strength, boolean quoted, boolean constant, int start, int end) {
    int size = end - start;
    if (size < (strength == Assignments.Strength.PASSWORD ? 4 : 8)) {
      return false;
    }
    shape.measure(start, end);
    if (shape.others > 0
        || (quoted && holdsBlank(start, end))
        || isExpression(quoted, start, end)
        || isPath(start, end)) {
      return false;
    }
    boolean good =
        switch (strength) {
          case PASSWORD -> isPassword(quoted, constant, start, end);
          case SECRET -> isDrawn(quoted, constant, start, end);
          case TOKEN, AUTHORIZATION ->
              isDrawn(quoted, constant, start, end) && Uuids.end(subject, start) != end;
        };
    return good && !placeholders.isPlaceholder(start, end);
  }

  /** Whether a sentence's punctuation can stand before {@code end}. */
  private boolean endsSentence(int end) {
    return end >= subject.length() || " \t\r\n\"')<".indexOf(subject.at(end)) >= 0;
  }

  private static boolean isClosing(char c, boolean sentence) {
    return ")]}".indexOf(c) >= 0 || (sentence && ".,:?".indexOf(c) >= 0);
  }

  /**
   * Whether the ampersand at {@code index} is the value's own: no next parameter, operator or
   * entity.
   */
  private boolean isWithin(int index) {
    if (subject.at(index) != '&' || !subject.has(Alphabet.VALUE, index + 1)) {
      return false;
    }
    int next = subject.runEnd(Alphabet.URL64, index + 1, 40);
    boolean entity = subject.at(next) == ';' || subject.at(index + 1) == '#';
    return subject.at(next) != '=' && !entity;
  }

  private boolean isPassword(boolean quoted, boolean constant, int start, int end) {
    if (shape.letters() == 0 && shape.digits == 0) {
      return false;
    }
    if (shape.digits == 0 && shape.symbols == 0) {
      boolean scrambled = shape.changes >= 2 && isScrambled(start, end, 5);
      return scrambled
          || (constant && shape.size >= 6)
          || (quoted && shape.size >= 12 && shape.joints == 0 && shape.uppers == 0);
    }
    if (shape.symbols > 0 && shape.digits == 0) {
      return shape.letters() > 3
          && !isSelectorOrWord(start, end)
          && (quoted || constant || shape.changes >= 2);
    }
    if (quoted || constant || shape.symbols > 0) {
      return true;
    }
    boolean name = startsLikeName(start) || (shape.joints > 0 && shape.changes < 2);
    return !name && (shape.letters() == 0 || shape.size >= 6);
  }

  /**
   * Whether the value looks drawn at random: letters and digits in turn, or long and of both cases.
   */
  private boolean isDrawn(boolean quoted, boolean constant, int start, int end) {
    if (shape.letters() == 0 || isDate(start)) {
      return false;
    }
    boolean scrambled = shape.size >= 16 && shape.joints == 0 && isScrambled(start, end, 6);
    if (shape.digits == 0) {
      return scrambled || (constant && shape.symbols > 0 && shape.changes >= 3);
    }
    if (scrambled) {
      return true;
    }
    boolean hex = shape.isHex() && shape.size >= 16;
    boolean varied =
        shape.changes >= 2 && (shape.digitToLetter > 0 || shape.digits >= 4 || shape.symbols > 0);
    if (!hex && !varied && !(constant && shape.digits >= 3)) {
      return false;
    }
    if (shape.joints > 1 && shape.digits < 3 && shape.uppers == 0) {
      return false;
    }
    return quoted || constant || shape.size >= 16 || (shape.changes >= 4 && shape.digits >= 2);
  }

  /** Code rather than a literal: a call, an index, a member, a path of names. */
  private boolean isExpression(boolean quoted, int start, int end) {
    if (quoted) {
      return (subject.at(start) == '{' && subject.at(end - 1) == '}') || isCall(start, end);
    }
    char after = subject.at(end);
    if (after == '('
        || after == '['
        || (after == '<' && subject.at(end + 1) != '/')
        || subject.at(start) == '('
        || subject.at(start) == '[') {
      return true;
    }
    char before = subject.at(end - 1);
    if (before == '=' && after == '"') {
      return true;
    }
    int nameEnd = start;
    while (nameEnd < end && (subject.has(Alphabet.WORD, nameEnd) || subject.at(nameEnd) == '.')) {
      nameEnd++;
    }
    char next = subject.at(nameEnd);
    boolean call =
        next == '('
            || next == '['
            || (next == '?' && subject.at(nameEnd + 1) == '.')
            || (next == ':' && subject.at(nameEnd + 1) == ':');
    boolean named = !subject.has(Alphabet.DIGIT, start);
    if (named && call && nameEnd < end + 1 && nameEnd > start) {
      return true;
    }
    return named && nameEnd == end && isMemberPath(start, end);
  }

  private boolean isCall(int start, int end) {
    int name = start;
    while (name < end && (subject.has(Alphabet.WORD, name) || subject.at(name) == '.')) {
      name++;
    }
    char open = subject.at(name);
    char close = subject.at(end - 1);
    return name > start && ((open == '(' && close == ')') || (open == '[' && close == ']'));
  }

  /** {@code config.db.password2}: at least two short names with dots between. */
  private boolean isMemberPath(int start, int end) {
    int dots = 0;
    int digits = 0;
    for (int i = start; i < end; i++) {
      if (subject.at(i) == '.') {
        dots++;
        if (subject.has(Alphabet.DIGIT, i + 1)) {
          return false;
        }
      }
      digits += subject.has(Alphabet.DIGIT, i) ? 1 : 0;
    }
    return dots > 0 && digits <= 2 && shape.changes < 5;
  }

  private boolean isPath(int start, int end) {
    char first = subject.at(start);
    char second = subject.at(start + 1);
    if ((first == '/'
            || (first == '~' && second == '/')
            || (first == '.' && (second == '/' || second == '.')))
        && shape.size < 200) {
      return first != '/' || slashes(start, end) > 1 || shape.changes < 6;
    }
    int scheme = subject.runEnd(Alphabet.ALNUM, start, 12);
    return subject.starts("://", scheme)
        || (subject.at(start + 1) == ':' && subject.at(start + 2) == '\\');
  }

  private int slashes(int start, int end) {
    int slashes = 0;
    for (int i = start; i < end; i++) {
      slashes += subject.at(i) == '/' ? 1 : 0;
    }
    return slashes;
  }

  private boolean holdsBlank(int start, int end) {
    for (int i = start; i < end; i++) {
      if (subject.at(i) <= ' ') {
        return true;
      }
    }
    return false;
  }

  /** Names in code that start with a name like ours: {@code password1}, {@code token_value2}. */
  private boolean startsLikeName(int start) {
    for (String word :
        new String[] {"pass", "pwd", "secret", "token", "key", "user", "self", "arg", "param"}) {
      if (subject.startsIgnoringCase(word, start)) {
        return true;
      }
    }
    return false;
  }

  /** A word with a sign before or after it: {@code #password}, {@code required!}, {@code $name}. */
  private boolean isSelectorOrWord(int start, int end) {
    int from = subject.has(Alphabet.WORD, start) ? start : start + 1;
    int to = subject.runEnd(Alphabet.URL64, from, end - from);
    boolean plain = shape.symbols == shape.size - shape.letters();
    return (to >= end - 1 && shape.changes < 3)
        || (plain && shape.changes < 4 && holdsOnly("/:|+?()[]", start, end));
  }

  private boolean holdsOnly(String signs, int start, int end) {
    for (int i = start; i < end; i++) {
      char c = subject.at(i);
      if (!Alphabet.URL64.has(c) && c != '.' && signs.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Letters of both cases in no order that words have: capitals come close to each other at least
   * thrice (twice in a short value), and no {@code longest} small letters in a row.
   */
  private boolean isScrambled(int start, int end, int longest) {
    int small = 0;
    int near = 0;
    for (int i = start; i < end; i++) {
      char c = subject.at(i);
      if (c >= 'a' && c <= 'z') {
        small++;
        if (small > longest) {
          return false;
        }
      } else {
        near += i > start && small < 3 && c >= 'A' && c <= 'Z' ? 1 : 0;
        small = 0;
      }
    }
    return near >= (shape.size < 12 ? 2 : 3) && shape.lowers > 2;
  }

  private boolean isDate(int start) {
    return subject.runEnd(Alphabet.DIGIT, start, 5) == start + 4
        && subject.at(start + 4) == '-'
        && subject.has(Alphabet.DIGIT, start + 5)
        && subject.at(start + 7) == '-';
  }

  private boolean isBalanced(int start, int end) {
    char close = subject.at(end - 1);
    char open = close == ')' ? '(' : close == ']' ? '[' : close == '}' ? '{' : 0;
    if (open == 0) {
      return false;
    }
    int depth = 0;
    for (int i = Math.max(start, end - 128); i < end; i++) {
      depth += subject.at(i) == open ? 1 : subject.at(i) == close ? -1 : 0;
    }
    return depth >= 0;
  }
}
