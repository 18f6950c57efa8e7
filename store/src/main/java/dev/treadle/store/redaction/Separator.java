package dev.treadle.store.redaction;

/** What stands between a name and its value, and where the value's side of it starts. */
record Separator(Kind kind, int end, boolean isTight) {
  enum Kind {
    NONE,
    EQUALS,
    COLON,
    /** {@code --password value}. */
    OPTION,
    /** {@code setPassword("value")}, {@code put("password", "value")}, {@code PASSWORD 'value'}. */
    CALL,
    /** {@code <password>value</password>}. */
    TAG,
    PROSE,
    /** What follows a type: only a literal will do. */
    LITERAL
  }

  private static final Separator NONE = new Separator(Kind.NONE, 0, false);

  static Separator literal(int end) {
    return new Separator(Kind.LITERAL, end, false);
  }

  boolean wantsQuote() {
    return kind == Kind.CALL || kind == Kind.LITERAL;
  }

  /**
   * Reads the separator after the name of which the telling part starts at {@code name} and which
   * ends at {@code nameEnd}.
   */
  static Separator after(Subject subject, int name, int nameEnd) {
    Quote closing = Quote.at(subject, nameEnd);
    int i = closing.end();
    while (i < nameEnd + 12
        && "*]?!`".indexOf(subject.at(i)) >= 0
        && subject.at(i) != 0
        && subject.at(i + 1) != '=') {
      i++;
    }
    int at = subject.skipBlanks(i, 8);
    char c = subject.at(at);
    if (c == '=') {
      return equalsSign(subject, nameEnd, at);
    }
    if (c == ':' || c == '：') {
      int end = subject.at(at + 1) == '=' ? at + 2 : at + 1;
      boolean path = subject.at(at + 1) == ':' || subject.at(at + 1) == '/';
      return path ? NONE : new Separator(Kind.COLON, end, false);
    }
    if (c == '＝') {
      return new Separator(Kind.EQUALS, at + 1, false);
    }
    if (c == '%' && subject.startsIgnoringCase("%3d", at)) {
      return new Separator(Kind.EQUALS, at + 3, false);
    }
    if (c == '>' && subject.at(i) == '>') {
      return subject.at(nameEnd) == '>' ? new Separator(Kind.TAG, at + 1, false) : NONE;
    }
    if (c == '(' || (c == ',' && closing.isPresent() && isArgument(subject, name, closing))) {
      return new Separator(Kind.CALL, at + 1, false);
    }
    return word(subject, name, nameEnd, at);
  }

  private static Separator equalsSign(Subject subject, int nameEnd, int at) {
    int end = at + 1;
    while (end < at + 3 && subject.at(end) == '=') {
      end++;
    }
    if (subject.at(end) == '>') {
      end++;
    }
    if (subject.at(end) == '~') {
      return NONE;
    }
    boolean compares = end > at + 1 && subject.at(end - 1) == '=';
    return new Separator(compares ? Kind.LITERAL : Kind.EQUALS, end, at == nameEnd);
  }

  /** Whether the quoted name is the first of a call's arguments or of a pair. */
  private static boolean isArgument(Subject subject, int name, Quote closing) {
    int open = subject.runStart(Alphabet.URL64, name, 32) - (closing.end() - closing.start());
    return subject.at(open - 1) == '(' || subject.at(open - 1) == '[';
  }

  private static Separator word(Subject subject, int name, int nameEnd, int at) {
    if (subject.at(at) == '是' || subject.at(at) == '为' || subject.at(at) == '為') {
      int end = subject.at(at + 1) == '：' || subject.at(at + 1) == ':' ? at + 2 : at + 1;
      return new Separator(Kind.PROSE, end, false);
    }
    if (at == nameEnd) {
      return NONE;
    }
    if (subject.startsIgnoringCase("is ", at)
        || subject.startsIgnoringCase("was ", at)
        || subject.startsIgnoringCase("is: ", at)) {
      return new Separator(Kind.PROSE, subject.at(at) == 'w' ? at + 4 : at + 3, false);
    }
    int word = subject.runStart(Alphabet.URL64, name, 32);
    if (subject.starts("--", word)) {
      return new Separator(Kind.OPTION, at, false);
    }
    boolean literal = subject.at(at) == '\'' && subject.at(nameEnd) == ' ';
    return literal ? new Separator(Kind.CALL, at, false) : NONE;
  }
}
