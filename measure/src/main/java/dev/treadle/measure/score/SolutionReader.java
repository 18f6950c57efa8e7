package dev.treadle.measure.score;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a final answer as mathematics, in every way that its commas allow. */
final class SolutionReader {
  static final int MOST_LENGTH = 1000;
  private static final int MOST_ITEMS = 100;
  private static final String RELATIONS = "=<>≤≥≠";
  private static final String[] BREAKS = {" and ", " or ", " 或 ", "或", " 和 ", "和", "以及"};

  private final TermReader.Commas commas;

  private SolutionReader(TermReader.Commas commas) {
    this.commas = commas;
  }

  /** Every reading; none where it is no mathematics. */
  static List<Solution> read(String written) {
    String text = Tidied.text(written);
    if (text.isEmpty() || text.length() > MOST_LENGTH || Tidied.isDate(text)) {
      return List.of();
    }
    Set<Solution> readings = new LinkedHashSet<>();
    boolean hasComma = text.indexOf(',') >= 0;
    for (TermReader.Commas commas : TermReader.Commas.values()) {
      if (hasComma || readings.isEmpty()) {
        new SolutionReader(commas).whole(text, 0).ifPresent(readings::add);
      }
    }
    return List.copyOf(readings);
  }

  private Optional<Solution> whole(String text, int depth) {
    if (depth > 4 || text.isBlank()) {
      return Optional.empty();
    }
    String s = text.strip();
    if (s.equals("∅") || s.equals("{}")) {
      return Optional.of(new Solution.Listing('{', '}', List.of()));
    }
    if (s.equalsIgnoreCase("all real numbers") || s.endsWith("体实数") || s.equals("任意实数")) {
      return Optional.of(new Solution.Range(MINUS_INFINITY, false, PLUS_INFINITY, false));
    }
    if (s.startsWith("begin ")) {
      return matrix(s);
    }
    int member = topLevel(s, "∈");
    if (member > 0) {
      return whole(s.substring(member + 1), depth + 1);
    }
    if (isBuilder(s)) {
      return whole(s.substring(s.indexOf('|') + 1, s.length() - 1), depth + 1);
    }
    if (topLevel(s, "∪") > 0) {
      return union(s, depth);
    }
    if (isOtherReading(s)) {
      return Optional.empty();
    }
    Optional<Solution> bracketed = bracketed(s, depth);
    if (bracketed.isPresent()) {
      return bracketed;
    }
    Optional<Solution> compound =
        s.contains(" and ") ? Quantity.compound(s, commas) : Optional.empty();
    if (compound.isPresent()) {
      return compound;
    }
    List<String> parts = parts(s);
    if (parts.size() > 1) {
      boolean isEither = s.contains(" or ") || s.contains("或");
      return items(parts, depth)
          .map(
              it ->
                  isEither && it.stream().allMatch(Solution.Range.class::isInstance)
                      ? new Solution.Union(it)
                      : new Solution.Listing(' ', ' ', it));
    }
    return single(s, depth);
  }

  /** {@code {x | -1 < x < 3}}. */
  private static boolean isBuilder(String s) {
    return s.startsWith("{")
        && s.endsWith("}")
        && Character.isLetter(s.charAt(1))
        && s.substring(2).strip().startsWith("|");
  }

  private Optional<Solution> matrix(String s) {
    List<Solution> cells = new ArrayList<>();
    String inner = s;
    for (String word :
        new String[] {
          "begin pmatrix",
          "end pmatrix",
          "begin bmatrix",
          "end bmatrix",
          "begin matrix",
          "end matrix"
        }) {
      inner = inner.replace(word, "");
    }
    for (String row : inner.strip().split(";", -1)) {
      List<Solution> line = new ArrayList<>();
      for (String cell : row.split("&", -1)) {
        Optional<Term> term = TermReader.read(cell, commas);
        if (term.isEmpty() || line.size() > MOST_ITEMS) {
          return Optional.empty();
        }
        line.add(Solution.Amount.of(term.get()));
      }
      cells.add(new Solution.Listing('[', ']', line));
    }
    return Optional.of(new Solution.Listing('[', ']', cells));
  }

  private Optional<Solution> union(String s, int depth) {
    List<Solution> parts = new ArrayList<>();
    String rest = s;
    for (int i = topLevel(rest, "∪"); i > 0; i = topLevel(rest, "∪")) {
      Optional<Solution> part = whole(rest.substring(0, i), depth + 1);
      if (part.isEmpty() || parts.size() > MOST_ITEMS) {
        return Optional.empty();
      }
      parts.add(part.get());
      rest = rest.substring(i + 1);
    }
    return whole(rest, depth + 1)
        .map(
            it -> {
              parts.add(it);
              return new Solution.Union(parts);
            });
  }

  /** In brackets that belong together and hold a list. */
  private Optional<Solution> bracketed(String s, int depth) {
    char open = s.charAt(0);
    char close = s.charAt(s.length() - 1);
    boolean isOpen = open == '(' || open == '[' || open == '{';
    boolean isClose = close == ')' || close == ']' || close == '}';
    if (!isOpen || !isClose || s.length() < 3 || !belong(s)) {
      return Optional.empty();
    }
    List<String> parts = parts(s.substring(1, s.length() - 1));
    if (parts.size() == 1 && (open == '(' || isHalfOpen(open, close))) {
      return Optional.empty(); // An expression in brackets, or nothing.
    }
    return items(parts, depth).map(it -> new Solution.Listing(open, close, it));
  }

  private static boolean isHalfOpen(char open, char close) {
    return "([{".indexOf(open) != ")]}".indexOf(close);
  }

  /** In brackets a comma parts numbers: [0,1] is no decimal, nor is (0,1). */
  private boolean isOtherReading(String s) {
    boolean isBracketed = (s.startsWith("(") || s.startsWith("[")) && belong(s);
    return isBracketed
        && (commas == TermReader.Commas.DECIMAL
            || (commas == TermReader.Commas.THOUSANDS && s.startsWith("[")))
        && s.indexOf(',') > 0
        && parts(s.substring(1, s.length() - 1)).size() == 1;
  }

  /** Whether the first bracket is closed by the last. */
  private static boolean belong(String s) {
    int open = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      open += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      if (open == 0) {
        return i == s.length() - 1;
      }
    }
    return false;
  }

  private Optional<List<Solution>> items(List<String> parts, int depth) {
    List<Solution> items = new ArrayList<>();
    for (String part : parts) {
      Optional<Solution> item = whole(part, depth + 1);
      if (item.isEmpty()) {
        return Optional.empty();
      }
      if (item.get() instanceof Solution.Listing(char open, char _, List<Solution> inner)
          && (open == ' ' || (part.indexOf('±') >= 0 && part.indexOf('{') < 0))) {
        items.addAll(inner);
      } else {
        items.add(item.get());
      }
    }
    return Optional.of(items);
  }

  /** Parts at the top level, by semicolons, commas that are no part of a number, and words. */
  private List<String> parts(String s) {
    String text = s;
    for (String word : BREAKS) {
      text = text.replace(word, ", ");
    }
    List<String> parts = new ArrayList<>();
    int from = 0;
    int open = 0;
    for (int i = 0; i < text.length() && parts.size() < MOST_ITEMS; i++) {
      char c = text.charAt(i);
      open += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      if (open == 0 && (c == ';' || (c == ',' && isSeparator(text, i)))) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    parts.removeIf(String::isBlank);
    return parts;
  }

  private boolean isSeparator(String text, int i) {
    boolean isInside =
        i > 0
            && i + 1 < text.length()
            && Digits.isDigit(text.charAt(i - 1))
            && Digits.isDigit(text.charAt(i + 1));
    return switch (commas) {
      case SEPARATOR -> true;
      case DECIMAL -> !isInside;
      case THOUSANDS -> !isInside || Digits.end(text, i + 1) != i + 4;
    };
  }

  private static int topLevel(String s, String sign) {
    int open = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      open += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      if (sign.indexOf(c) >= 0 && (open == 0 || !RELATIONS.equals(sign))) {
        return i;
      }
    }
    return -1;
  }

  private Optional<Solution> single(String s, int depth) {
    if (topLevel(s, RELATIONS) > 0) {
      return relation(s, depth);
    }
    int either = s.indexOf('±');
    if (either >= 0 && s.indexOf('±', either + 1) < 0) {
      return items(
              List.of(
                  s.substring(0, either) + (either == 0 ? "" : "+") + s.substring(either + 1),
                  s.substring(0, either) + "-" + s.substring(either + 1)),
              depth)
          .map(it -> new Solution.Listing('{', '}', it));
    }
    if (s.indexOf(':') > 0) {
      return ratio(s);
    }
    return Quantity.read(s, commas);
  }

  private Optional<Solution> ratio(String s) {
    List<Term> parts = new ArrayList<>();
    for (String part : s.split(":", -1)) {
      Optional<Term> term = TermReader.read(part, commas);
      if (term.isEmpty()) {
        return Optional.empty();
      }
      parts.add(term.get());
    }
    return Optional.of(new Solution.Ratio(parts));
  }

  private Optional<Solution> relation(String s, int depth) {
    String text = s.replace("<=", "≤").replace(">=", "≥").replace("!=", "≠").replace("==", "=");
    int i = topLevel(text, RELATIONS);
    char sign = text.charAt(i);
    String left = text.substring(0, i).strip();
    String right = text.substring(i + 1).strip();
    int again = topLevel(right, RELATIONS);
    if (again > 0) {
      return chain(
          left,
          sign,
          right.substring(0, again),
          right.charAt(again),
          right.substring(again + 1),
          depth);
    }
    if (sign == '=' && Quantity.isUnitLike(left) && Quantity.isUnitLike(right)) {
      return whole(right, depth + 1); // 240 km / 3 h = 80 km/h: that, too.
    }
    if (sign == '=' && isLabel(left)) {
      return whole(right, depth + 1).map(it -> labelled(left, it));
    }
    Optional<Term> one = TermReader.read(left, commas);
    Optional<Term> other = TermReader.read(right, commas);
    if (one.isEmpty() || other.isEmpty()) {
      // 9 * 2 = $18: what was computed counts.
      boolean isComputed = sign == '=' && one.isPresent() && isConstant(one.get());
      return isComputed ? whole(right, depth + 1) : Optional.empty();
    }
    if (sign == '=' && isConstant(one.get()) && isConstant(other.get())) {
      return Optional.of(Solution.Amount.of(other.get()));
    }
    return range(one.get(), sign, other.get())
        .or(() -> Optional.of(new Solution.Relation(sign, one.get(), other.get())));
  }

  /** {@code x = …} with an expression is an equation too; with anything else it is a name. */
  private static Solution labelled(String label, Solution value) {
    if (value instanceof Solution.Amount(Term term, Optional<Unit> unit, boolean isPercent)
        && unit.isEmpty()
        && !isPercent
        && label.length() == 1) {
      return new Solution.Relation('=', new Term.Variable(label), term);
    }
    return value;
  }

  private static boolean isConstant(Term term) {
    java.util.TreeSet<String> names = new java.util.TreeSet<>();
    term.variables(names);
    return names.isEmpty();
  }

  /** A name that a value is given to: x, x_1, f(x), f'(x), dy/dx, but no number. */
  private static boolean isLabel(String left) {
    if (left.isEmpty() || left.length() > 12 || !Character.isLetter(left.charAt(0))) {
      return false;
    }
    int i = 1;
    while (i < left.length()
        && (left.charAt(i) == '\''
            || left.charAt(i) == '_'
            || (i > 1 && Digits.isDigit(left.charAt(i))))) {
      i++;
    }
    String rest = left.substring(i).strip();
    boolean isFunction =
        rest.length() == 3
            && rest.charAt(0) == '('
            && Character.isLetter(rest.charAt(1))
            && rest.charAt(2) == ')';
    return rest.isEmpty() || isFunction || left.equals("dy/dx");
  }

  private Optional<Solution> chain(
      String low, char first, String middle, char second, String high, int depth) {
    if (first == '=') {
      return relation(middle + second + high, depth); // a = b = c
    }
    Optional<Term> from = TermReader.read(low, commas);
    Optional<Term> to = TermReader.read(high, commas);
    boolean isRising = "<≤".indexOf(first) >= 0 && "<≤".indexOf(second) >= 0;
    boolean isFalling = ">≥".indexOf(first) >= 0 && ">≥".indexOf(second) >= 0;
    if (from.isEmpty() || to.isEmpty() || !(isRising || isFalling)) {
      return Optional.empty();
    }
    boolean hasFirst = "≤≥".indexOf(first) >= 0;
    boolean hasSecond = "≤≥".indexOf(second) >= 0;
    return Optional.of(
        isRising
            ? new Solution.Range(from.get(), hasFirst, to.get(), hasSecond)
            : new Solution.Range(to.get(), hasSecond, from.get(), hasFirst));
  }

  private static final Term PLUS_INFINITY = new Term.Constant("∞", Double.POSITIVE_INFINITY);
  private static final Term MINUS_INFINITY =
      new Term.Operation('*', new Term.Literal(Rational.of(-1)), PLUS_INFINITY);

  /** A variable on one side, a number on the other. */
  private static Optional<Solution> range(Term left, char sign, Term right) {
    if (sign == '=' || sign == '≠') {
      return Optional.empty();
    }
    boolean isLeft = left instanceof Term.Variable && isConstant(right);
    boolean isRight = right instanceof Term.Variable && isConstant(left);
    if (!isLeft && !isRight) {
      return Optional.empty();
    }
    boolean isClosed = sign == '≤' || sign == '≥';
    boolean isBelow = (sign == '<' || sign == '≤') == isLeft;
    Term end = isLeft ? right : left;
    return Optional.of(
        isBelow
            ? new Solution.Range(MINUS_INFINITY, false, end, isClosed)
            : new Solution.Range(end, isClosed, PLUS_INFINITY, false));
  }
}
