package dev.treadle.store.redaction;

/**
 * Matches values assigned to telling names, in configuration, JSON at any depth of escaping, code,
 * command lines, headers and prose. The grammar is: name, the rest of its word, closing quote,
 * separator, opening quote, scheme, value.
 */
final class Assignments {
  /** How telling a name is; the less, the more the value must look drawn at random. */
  enum Strength {
    PASSWORD,
    SECRET,
    TOKEN,
    AUTHORIZATION
  }

  private static final String[] SCHEMES = {
    "bearer", "basic", "token", "apikey", "api-key", "key", "bot"
  };

  private final Subject subject;
  private final Findings findings;
  private final Vendors vendors;
  private final AssignedNames names;
  private final AssignedValues values;
  private final Placeholders placeholders;

  /** Names before this position lie in a value that was found. */
  private int valueEnd;

  Assignments(Subject subject, Findings findings, Placeholders placeholders, Vendors vendors) {
    this.subject = subject;
    this.findings = findings;
    this.vendors = vendors;
    this.placeholders = placeholders;
    this.names = new AssignedNames(subject);
    this.values = new AssignedValues(subject, placeholders);
  }

  void reset() {
    valueEnd = 0;
  }

  /** Looks at what is assigned to the name of which {@code [start, end)} is the telling part. */
  void match(Strength strength, int start, int end) {
    if (start < valueEnd) {
      return;
    }
    int nameEnd = names.end(strength, start, end);
    if (nameEnd < 0) {
      return;
    }
    Separator separator = Separator.after(subject, start, nameEnd);
    if (separator.kind() != Separator.Kind.NONE) {
      value(strength, separator, start, separator.end(), 0);
    }
  }

  /** Looks at a token after {@code Bearer}, from {@code from} on. */
  void bearer(int from) {
    if (from < valueEnd || !subject.startsClean(from - "bearer ".length())) {
      return;
    }
    int end = values.unquotedEnd(from);
    if (end - from >= 16 && values.accepts(Strength.AUTHORIZATION, false, true, from, end)) {
      add(Strength.AUTHORIZATION, from, from, end, false);
    }
  }

  private void value(Strength strength, Separator separator, int name, int from, int depth) {
    int at = subject.skipBlanks(from, 8);
    if (separator.kind() == Separator.Kind.PROSE
        || strength == Strength.PASSWORD
        || strength == Strength.SECRET) {
      at = skipMarkup(at);
    }
    Quote quote = Quote.at(subject, at);
    int start = afterScheme(strength, quote.end());
    boolean quoted = quote.isPresent();
    int end = quoted ? quote.closing(subject, start) : -1;
    if (end < 0) {
      if (separator.wantsQuote()) {
        return;
      }
      quoted = false;
      end = values.unquotedEnd(start);
    }
    boolean literal = isLiteral(separator, name);
    boolean list = !quoted && separator.kind() == Separator.Kind.EQUALS && isInList(name, end);
    if (values.accepts(strength, quoted || list, literal || list, start, end)) {
      add(strength, name, start, end, list);
    } else if (!quoted && depth == 0 && end > start) {
      int equals = subject.skipBlanks(typeEnd(end), 4);
      if (subject.at(equals) == '=' && subject.at(equals + 1) != '=') {
        value(strength, Separator.literal(equals + 1), name, equals + 1, 1);
      }
    }
  }

  /** Whether what stands there without quotes is a value rather than a name in code. */
  private boolean isLiteral(Separator separator, int name) {
    boolean prose = subject.at(name) > 127 && separator.kind() != Separator.Kind.NONE;
    return prose
        || separator.kind() == Separator.Kind.OPTION
        || (separator.isTight() && names.isConstant(name));
  }

  private void add(Strength strength, int name, int start, int end, boolean list) {
    valueEnd = end;
    if (isUuid(start, end) && vendors.near(Family.VOLCENGINE, start)) {
      findings.add(start, end, Family.VOLCENGINE, Findings.NEARBY);
      return;
    }
    boolean connection = list && strength == Strength.PASSWORD && name >= 0;
    findings.add(
        start,
        end,
        connection ? Family.CONNECTION_STRING : Family.PASSWORD,
        connection ? Findings.CONNECTION : Findings.ASSIGNED);
  }

  private boolean isUuid(int start, int end) {
    return end - start == 36 && Uuids.end(subject, start) == end;
  }

  /** {@code **}, which Markdown puts around names. */
  private int skipMarkup(int from) {
    boolean bold = subject.starts("**", from) && subject.at(from + 2) != '*';
    return bold ? subject.skipBlanks(from + 2, 2) : from;
  }

  private int afterScheme(Strength strength, int from) {
    if (strength == Strength.PASSWORD) {
      return from;
    }
    for (String scheme : SCHEMES) {
      if (subject.startsIgnoringCase(scheme, from) && subject.at(from + scheme.length()) == ' ') {
        return subject.skipBlanks(from + scheme.length(), 4);
      }
    }
    return from;
  }

  /**
   * What may stand between a type's name and the equals sign: {@code | None}, {@code []}, {@code
   * ?}.
   */
  private int typeEnd(int end) {
    int i = end;
    while (i < end + 20
        && (subject.has(Alphabet.LETTER, i) || " |[]?<>".indexOf(subject.at(i)) >= 0)) {
      i++;
    }
    return i;
  }

  /**
   * Whether the assignment is one of several that semicolons part, as in {@code
   * Server=x;Password=y;}.
   */
  private boolean isInList(int name, int end) {
    int i = name;
    while (subject.at(i - 1) == ' ') {
      i--;
    }
    boolean after =
        subject.at(i - 1) == ';'
            && !placeholders.covers(i - 1)
            && subject.has(Alphabet.VALUE, i - 2);
    if (after) {
      return true;
    }
    if (subject.at(end) != ';') {
      return false;
    }
    int next = subject.skipBlanks(end + 1, 1);
    int last = next;
    while (last < next + 28 && (subject.has(Alphabet.LETTER, last) || subject.at(last) == ' ')) {
      last++;
    }
    return subject.at(last) == '=' && last > next && !subject.starts("export ", next);
  }
}
