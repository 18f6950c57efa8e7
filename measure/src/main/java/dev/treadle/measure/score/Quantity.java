package dev.treadle.measure.score;

import java.util.Optional;

/** Reads amounts: a number or an expression, with a unit, a currency or a percent sign. */
final class Quantity {
  private static final int MOST_TRIES = 6;

  private Quantity() {}

  /** The amount that the whole text is; words behind it that are no unit are passed over. */
  static Optional<Solution> read(String text, TermReader.Commas commas) {
    String s = text.strip();
    boolean isNegative = s.startsWith("-$") || s.startsWith("-€") || s.startsWith("-£");
    Optional<Units.Found> currency = Units.currencyAt(s, isNegative ? 1 : 0);
    if (currency.isPresent()) {
      return inFront(s.substring(currency.get().end()), currency.get().unit(), isNegative, commas);
    }
    Optional<Term> plain = TermReader.read(s, commas);
    if (plain.isPresent() && !isUnitLike(s)) {
      return Optional.of(Solution.Amount.of(plain.get()));
    }
    Optional<Solution> measured = measured(s, commas, 0);
    return measured.isPresent() ? measured : plain.map(Solution.Amount::of);
  }

  /** 2 hours and 15 minutes. */
  static Optional<Solution> compound(String text, TermReader.Commas commas) {
    return measured(text.strip(), commas, 0)
        .filter(it -> it instanceof Solution.Amount amount && amount.unit().isPresent());
  }

  /** A number with letters behind it may be 5 m as well as 5 times m: the former, then. */
  static boolean isUnitLike(String s) {
    int i = s.startsWith("-") ? 1 : 0;
    int end = i;
    while (end < s.length()
        && (Digits.isDigit(s.charAt(end)) || s.charAt(end) == '.' || s.charAt(end) == ',')) {
      end++;
    }
    return end > i && Units.at(s, end).isPresent();
  }

  private static Optional<Solution> inFront(
      String rest, Unit unit, boolean isNegative, TermReader.Commas commas) {
    String amount = rest.strip();
    Optional<Term> term = TermReader.read(scaled(amount), commas);
    if (term.isEmpty()) {
      int end = wordsFrom(amount);
      term = end > 0 ? TermReader.read(amount.substring(0, end), commas) : term;
    }
    return term.map(
        it ->
            new Solution.Amount(
                isNegative ? new Term.Operation('*', new Term.Literal(Rational.of(-1)), it) : it,
                Optional.of(unit),
                false));
  }

  private static String scaled(String amount) {
    return Numerals.english(amount);
  }

  /** Where words begin behind a number; 0 where they do not. */
  private static int wordsFrom(String s) {
    int blank = s.indexOf(' ');
    boolean isWords =
        blank > 0
            && s.length() - blank < 60
            && s.substring(blank)
                .chars()
                .allMatch(it -> Character.isLetter(it) || it == ' ' || it == '-');
    return isWords ? blank : 0;
  }

  private static Optional<Solution> measured(String s, TermReader.Commas commas, int depth) {
    int tries = 0;
    for (int i = 1; i < s.length() && tries < MOST_TRIES; i++) {
      if (!canBegin(s, i)) {
        continue;
      }
      tries++;
      Optional<Term> head = TermReader.read(s.substring(0, i), commas);
      if (head.isEmpty()) {
        continue;
      }
      Optional<Solution> found = tail(s, i, head.get(), commas, depth);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static boolean canBegin(String s, int i) {
    char c = s.charAt(i);
    char before = s.charAt(i - 1);
    boolean isStart = Character.isLetter(c) || "°%$€£¥¢Ω".indexOf(c) >= 0;
    boolean isEnd = Digits.isDigit(before) || before == ' ' || before == ')' || before == 'π';
    return isStart && isEnd;
  }

  private static Optional<Solution> tail(
      String s, int i, Term head, TermReader.Commas commas, int depth) {
    for (String percent : new String[] {"%", "percent", "per cent", "percentage points"}) {
      if (s.startsWith(percent, i) && isWords(s.substring(i + percent.length()))) {
        return Optional.of(new Solution.Amount(head, Optional.empty(), true));
      }
    }
    Optional<Units.Found> unit = Units.at(s, i);
    if (unit.isEmpty()) {
      boolean isThing = isWords(s.substring(i)) && head.exact().isPresent();
      return isThing ? Optional.of(Solution.Amount.of(head)) : Optional.empty();
    }
    String rest = s.substring(unit.get().end()).strip();
    if (rest.startsWith("and ")) {
      rest = rest.substring(4);
    }
    if (depth < 3 && !rest.isEmpty() && Digits.isDigit(rest.charAt(0))) {
      return measured(rest, commas, depth + 1).flatMap(it -> sum(head, unit.get().unit(), it));
    }
    return isWords(rest)
        ? Optional.of(new Solution.Amount(head, Optional.of(unit.get().unit()), false))
        : Optional.empty();
  }

  /** 1 hour 30 minutes; in 1h30m the m are minutes. */
  private static Optional<Solution> sum(Term head, Unit unit, Solution last) {
    Solution rest = last;
    if (last instanceof Solution.Amount(Term term, Optional<Unit> other, boolean isPercent)
        && other.isPresent()
        && other.get().equals(Units.METRE)
        && unit.dimension().equals(Units.MINUTE.dimension())) {
      rest = new Solution.Amount(term, Optional.of(Units.MINUTE), isPercent);
    }
    if (!(rest instanceof Solution.Amount(Term term, Optional<Unit> other, boolean isPercent))
        || isPercent
        || other.isEmpty()
        || !other.get().dimension().equals(unit.dimension())
        || other.get().offset() != 0) {
      return Optional.empty();
    }
    Rational ratio =
        Rational.parse(Double.toString(unit.factor() / other.get().factor())).orElse(Rational.ONE);
    Term scaled = new Term.Operation('*', head, new Term.Literal(ratio));
    return Optional.of(new Solution.Amount(new Term.Operation('+', scaled, term), other, false));
  }

  /** A few words, with nothing in them that could be a number. */
  private static boolean isWords(String rest) {
    String s = rest.strip();
    return s.length() < 60
        && s.chars().allMatch(it -> Character.isLetter(it) || it == ' ' || it == '-' || it == '\'');
  }
}
