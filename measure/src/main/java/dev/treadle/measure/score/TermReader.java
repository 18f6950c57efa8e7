package dev.treadle.measure.score;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads expressions: precedence, implicit products, functions, mixed numbers. What it does not
 * understand to the last sign is no expression.
 */
final class TermReader {
  private static final int MOST_DEPTH = 60;
  private static final List<String> NAMES =
      Functions.KNOWN.keySet().stream()
          .sorted(
              java.util.Comparator.comparingInt(String::length).reversed().thenComparing(it -> it))
          .toList();

  /** Short words that are no products: 9 of the …, 7 are …. */
  private static final Set<String> WORDS =
      Set.of("of", "the", "are", "was", "has", "had", "for", "out", "not", "and", "all", "per");

  private static final Term PI = new Term.Constant("pi", Math.PI);
  private static final Term E = new Term.Constant("e", Math.E);
  private static final Term INFINITY = new Term.Constant("∞", Double.POSITIVE_INFINITY);

  private final String text;
  private final Commas commas;
  private int at;
  private int depth;
  private boolean hasSigns;
  private boolean hasRuns;

  /** What a comma between digits is. */
  enum Commas {
    THOUSANDS,
    DECIMAL,
    SEPARATOR
  }

  private static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unreadable() {
      super(null, null, false, false);
    }
  }

  private TermReader(String text, Commas commas) {
    this.text = text;
    this.commas = commas;
  }

  /** The expression that the whole text is. */
  static Optional<Term> read(String text, Commas commas) {
    if (text.isBlank() || text.length() > 1000) {
      return Optional.empty();
    }
    TermReader reader = new TermReader(text.strip(), commas);
    try {
      Term term = reader.sum();
      boolean isWord = reader.hasRuns && !reader.hasSigns;
      return reader.at < reader.text.length() || isWord ? Optional.empty() : Optional.of(term);
    } catch (Unreadable e) {
      return Optional.empty(); // Not an expression, which is no failure.
    }
  }

  private char peek() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private Term sum() {
    if (++depth > MOST_DEPTH) {
      throw new Unreadable();
    }
    Term left;
    char first = peek();
    if (first == '-' || first == '+') {
      at++;
      Term product = product();
      left = first == '-' ? negated(product) : product;
    } else {
      left = product();
    }
    for (char sign = peek(); sign == '+' || sign == '-'; sign = peek()) {
      at++;
      hasSigns = true;
      left = new Term.Operation(sign, left, product());
    }
    depth--;
    return left;
  }

  private static Term negated(Term term) {
    return term instanceof Term.Literal(Rational value)
        ? new Term.Literal(value.negate())
        : new Term.Operation('*', new Term.Literal(Rational.of(-1)), term);
  }

  private Term product() {
    Term left = power();
    while (true) {
      char next = peek();
      if (next == '*' || next == '/') {
        at++;
        if (next == '*' && at < text.length() && text.charAt(at) == '*') {
          throw new Unreadable();
        }
        hasSigns = true;
        left = new Term.Operation(next, left, signed());
      } else if (begins(next)) {
        hasSigns |= left instanceof Term.Literal;
        left = new Term.Operation('*', left, power());
      } else {
        return left;
      }
    }
  }

  private Term signed() {
    if (peek() == '-') {
      at++;
      return negated(power());
    }
    return power();
  }

  /** Whether an implicit product goes on: a number only follows in front. */
  private static boolean begins(char next) {
    return next == '(' || next == '√' || next == '∞' || Character.isLetter(next);
  }

  private Term power() {
    Term base = primary();
    while (peek() == '!') {
      at++;
      hasSigns = true;
      base = new Term.Call(Functions.FACTORIAL, base);
    }
    char next = peek();
    boolean isDouble = next == '*' && at + 1 < text.length() && text.charAt(at + 1) == '*';
    if (next == '^' || isDouble) {
      at += isDouble ? 2 : 1;
      hasSigns = true;
      if (++depth > MOST_DEPTH) {
        throw new Unreadable();
      }
      boolean isNegative = peek() == '-';
      at += isNegative ? 1 : 0;
      Term exponent = power();
      depth--;
      return new Term.Operation('^', base, isNegative ? negated(exponent) : exponent);
    }
    return base;
  }

  private Term primary() {
    char next = peek();
    if (Digits.isDigit(next) || (next == '.' && at + 1 < text.length())) {
      return number();
    }
    if (next == '(') {
      return inside(')');
    }
    if (next == '{') {
      return inside('}');
    }
    if (next == '|') {
      return new Term.Call("abs", inside('|'));
    }
    if (next == '√') {
      at++;
      hasSigns = true;
      return new Term.Call("sqrt", primary());
    }
    if (next == 'π') {
      at++;
      return PI;
    }
    if (next == '∞') {
      at++;
      return INFINITY;
    }
    if (Character.isLetter(next)) {
      return word();
    }
    throw new Unreadable();
  }

  private Term inside(char close) {
    at++;
    Term term = sum();
    if (peek() != close) {
      throw new Unreadable();
    }
    at++;
    return term;
  }

  private Term number() {
    Digits.Read read = Digits.read(text, at, commas).orElseThrow(Unreadable::new);
    at = read.end();
    Rational value = read.value();
    int mixed = mixedEnd(value);
    if (mixed > 0) {
      String[] parts = text.substring(at, mixed).strip().split("/", 2);
      Rational fraction =
          Rational.parse(parts[0])
              .flatMap(up -> Rational.parse(parts[1]).flatMap(up::over))
              .orElseThrow(Unreadable::new);
      at = mixed;
      value = value.plus(fraction).orElseThrow(Unreadable::new);
    }
    return new Term.Literal(value);
  }

  /** Where {@code 1/2} ends that follows a whole number and a blank; 0 where none does. */
  private int mixedEnd(Rational whole) {
    if (!whole.isWhole() || at >= text.length() || text.charAt(at) != ' ') {
      return 0;
    }
    int i = Digits.skip(text, at, ' ');
    int up = Digits.end(text, i);
    if (up == i || up >= text.length() || text.charAt(up) != '/') {
      return 0;
    }
    int down = Digits.end(text, up + 1);
    return down > up + 1 && down - i < 20 ? down : 0;
  }

  private Term word() {
    int end = at;
    while (end < text.length() && isLatin(text.charAt(end))) {
      end++;
    }
    String run = text.substring(at, end);
    if (run.equals("pi")) {
      at = end;
      return PI;
    }
    for (String name : NAMES) {
      if (run.startsWith(name)) {
        at += name.length();
        return call(name);
      }
    }
    if (run.length() > 3 || WORDS.contains(run)) {
      throw new Unreadable();
    }
    hasRuns |= run.length() > 1;
    return variable();
  }

  private static boolean isLatin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private Term variable() {
    char letter = text.charAt(at);
    if (letter > 0x3ff) {
      throw new Unreadable();
    }
    at++;
    if (letter == 'e') {
      return E;
    }
    StringBuilder name = new StringBuilder().append(letter);
    if (at < text.length() && text.charAt(at) == '_') {
      int end = at + 1;
      while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
        end++;
      }
      name.append(text, at, end);
      at = end;
    } else if (at < text.length() && Digits.isDigit(text.charAt(at))) {
      throw new Unreadable(); // H2O is no product.
    }
    while (at < text.length() && text.charAt(at) == '\'') {
      name.append('\'');
      at++;
    }
    return new Term.Variable(name.toString());
  }

  private Term call(String name) {
    hasSigns = true;
    Optional<Term> base = Optional.empty();
    if (name.equals("log") && peek() == '_') {
      at++;
      base = Optional.of(primary());
    }
    Optional<Term> raised = Optional.empty();
    if (peek() == '^') {
      at++;
      boolean isNegative = peek() == '-';
      if (isNegative) {
        throw new Unreadable(); // An inverse, or a power: nobody knows.
      }
      raised = Optional.of(primary());
    }
    Term argument = peek() == '(' ? inside(')') : factors();
    Term value =
        base.<Term>map(
                it ->
                    new Term.Operation('/', new Term.Call("ln", argument), new Term.Call("ln", it)))
            .orElseGet(() -> new Term.Call(name, argument));
    return raised.<Term>map(it -> new Term.Operation('^', value, it)).orElse(value);
  }

  /** What a function without brackets is of: {@code sin 2x}. */
  private Term factors() {
    Term left = power();
    for (char next = peek(); Character.isLetter(next) && !isName(); next = peek()) {
      left = new Term.Operation('*', left, power());
    }
    return left;
  }

  private boolean isName() {
    return NAMES.stream().anyMatch(it -> text.startsWith(it, at));
  }
}
