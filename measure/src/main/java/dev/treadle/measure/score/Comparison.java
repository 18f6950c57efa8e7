package dev.treadle.measure.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Tells whether two solutions are the same. */
final class Comparison {
  private static final double NOISE = 1e-9;
  private static final double ROUNDING = 1.01e-6;
  private static final int POINTS = 8;

  private final long seed;

  /**
   * Compares.
   *
   * @param seed of the points at which expressions are tried
   */
  Comparison(long seed) {
    this.seed = seed;
  }

  boolean same(Solution one, Solution other) {
    return switch (one) {
      case Solution.Amount it -> amount(it, other);
      case Solution.Relation it -> relation(it, other);
      case Solution.Range it -> range(it, other);
      case Solution.Listing it -> listing(it, other);
      case Solution.Union(List<Solution> parts) ->
          other instanceof Solution.Union(List<Solution> others) && unordered(parts, others);
      case Solution.Ratio it -> ratio(it, other);
      case Solution.Words(String text) ->
          other instanceof Solution.Words(String same) && text.equals(same);
    };
  }

  private boolean amount(Solution.Amount one, Solution other) {
    return switch (other) {
      case Solution.Amount it -> amounts(one, it);
      case Solution.Relation(char sign, Term left, Term right) ->
          sign == '='
              && (left instanceof Term.Variable || terms(left, right)) // An identity.
              && terms(one.term(), right);
      case Solution.Listing(char open, char _, List<Solution> items) ->
          !items.isEmpty()
              && (items.size() == 1 || (open == ' ' && areSteps(items)))
              && same(one, items.getLast());
      case Solution.Ratio it -> ratio(it, one);
      case Solution.Range _, Solution.Union _, Solution.Words _ -> false;
    };
  }

  /** "2x = 12 and x = 6": equations, of which only the last says what a variable is. */
  private static boolean areSteps(List<Solution> items) {
    for (int i = 0; i < items.size(); i++) {
      boolean isLast = i == items.size() - 1;
      if (!(items.get(i) instanceof Solution.Relation(char sign, Term left, Term _))
          || sign != '='
          || left instanceof Term.Variable != isLast) {
        return false;
      }
    }
    return true;
  }

  private boolean amounts(Solution.Amount one, Solution.Amount other) {
    if (one.isPercent() != other.isPercent()) {
      Solution.Amount percent = one.isPercent() ? one : other;
      Solution.Amount plain = one.isPercent() ? other : one;
      Term hundredth = new Term.Operation('/', percent.term(), new Term.Literal(Rational.of(100)));
      return plain.unit().isEmpty()
          && (terms(hundredth, plain.term()) || terms(percent.term(), plain.term()));
    }
    if (one.unit().isEmpty() || other.unit().isEmpty() || one.unit().equals(other.unit())) {
      return terms(one.term(), other.term());
    }
    Unit unit = one.unit().get();
    Unit second = other.unit().get();
    if (!unit.dimension().equals(second.dimension())) {
      return false;
    }
    Term.Point point = new Term.Point(seed);
    return near(unit.inBase(one.term().at(point)), second.inBase(other.term().at(point)), ROUNDING);
  }

  private boolean relation(Solution.Relation one, Solution other) {
    return switch (other) {
      case Solution.Amount it -> amount(it, one);
      case Solution.Relation it ->
          one.sign() == it.sign()
              ? proportional(one, it) && (one.sign() == '=' || one.sign() == '≠' || sides(one, it))
              : turned(one)
                  .filter(same -> same.sign() == it.sign())
                  .map(same -> sides(same, it))
                  .orElse(false);
      case Solution.Listing(char _, char _, List<Solution> items) ->
          items.size() == 1 && same(one, items.getFirst());
      case Solution.Range _, Solution.Union _, Solution.Ratio _, Solution.Words _ -> false;
    };
  }

  private boolean sides(Solution.Relation one, Solution.Relation other) {
    return terms(one.left(), other.left()) && terms(one.right(), other.right());
  }

  private static Optional<Solution.Relation> turned(Solution.Relation it) {
    return switch (it.sign()) {
      case '<' -> Optional.of(exchanged(it, '>'));
      case '>' -> Optional.of(exchanged(it, '<'));
      case '≤' -> Optional.of(exchanged(it, '≥'));
      case '≥' -> Optional.of(exchanged(it, '≤'));
      default -> Optional.empty();
    };
  }

  private static Solution.Relation exchanged(Solution.Relation it, char sign) {
    Term left = it.right();
    Term right = it.left();
    return new Solution.Relation(sign, left, right);
  }

  /** Whether left minus right of one is a constant multiple of the other's. */
  private boolean proportional(Solution.Relation one, Solution.Relation other) {
    Term first = new Term.Operation('-', one.left(), one.right());
    Term second = new Term.Operation('-', other.left(), other.right());
    TreeSet<String> names = new TreeSet<>();
    TreeSet<String> others = new TreeSet<>();
    first.variables(names);
    second.variables(others);
    if (!names.equals(others)) {
      return false;
    }
    double ratio = Double.NaN;
    for (int i = 0; i < POINTS; i++) {
      Term.Point point = new Term.Point(seed + i);
      double now = first.at(point) / second.at(point);
      if (!Double.isFinite(now) || now == 0 || (i > 0 && !near(now, ratio, NOISE))) {
        return false;
      }
      ratio = now;
    }
    return true;
  }

  private boolean range(Solution.Range one, Solution other) {
    return switch (other) {
      case Solution.Range it ->
          one.hasLow() == it.hasLow()
              && one.hasHigh() == it.hasHigh()
              && terms(one.low(), it.low())
              && terms(one.high(), it.high());
      case Solution.Listing(char open, char close, List<Solution> ends) ->
          ends.size() == 2
              && one.hasLow() == (open == '[')
              && one.hasHigh() == (close == ']')
              && (open == '(' || open == '[')
              && same(Solution.Amount.of(one.low()), ends.getFirst())
              && same(Solution.Amount.of(one.high()), ends.getLast());
      case Solution.Amount _,
          Solution.Relation _,
          Solution.Union _,
          Solution.Ratio _,
          Solution.Words _ ->
          false;
    };
  }

  private boolean listing(Solution.Listing one, Solution other) {
    if (!(other instanceof Solution.Listing it)) {
      return other instanceof Solution.Range range
          ? range(range, one)
          : one.items().size() == 1 && same(one.items().getFirst(), other);
    }
    boolean isFree =
        one.open() == '{' || it.open() == '{' || (one.open() == ' ' && it.open() == ' ');
    if (one.items().size() != it.items().size()) {
      return false;
    }
    boolean isAlike =
        (one.open() == it.open() && one.close() == it.close()) || isBare(one) || isBare(it);
    if (isFree) {
      boolean isInterval = one.items().size() == 2 && (one.open() == '[' || it.open() == '[');
      boolean isOrdered = isInterval || one.open() == '(' || it.open() == '(';
      return !isOrdered && unordered(one.items(), it.items());
    }
    for (int i = 0; isAlike && i < one.items().size(); i++) {
      isAlike = same(one.items().get(i), it.items().get(i));
    }
    return isAlike;
  }

  private static boolean isBare(Solution.Listing it) {
    return it.open() == ' ';
  }

  private boolean unordered(List<Solution> ones, List<Solution> others) {
    if (ones.size() != others.size()) {
      return false;
    }
    List<Solution> left = new ArrayList<>(others);
    for (Solution one : ones) {
      boolean isFound = false;
      for (int i = 0; i < left.size() && !isFound; i++) {
        if (same(one, left.get(i))) {
          left.remove(i);
          isFound = true;
        }
      }
      if (!isFound) {
        return false;
      }
    }
    return true;
  }

  private boolean ratio(Solution.Ratio one, Solution other) {
    if (other instanceof Solution.Amount(Term term, Optional<Unit> unit, boolean isPercent)) {
      return one.parts().size() == 2
          && unit.isEmpty()
          && !isPercent
          && terms(new Term.Operation('/', one.parts().getFirst(), one.parts().getLast()), term);
    }
    if (!(other instanceof Solution.Ratio(List<Term> others))
        || others.size() != one.parts().size()) {
      return false;
    }
    for (int i = 1; i < others.size(); i++) {
      Term left = new Term.Operation('*', one.parts().get(i), others.getFirst());
      Term right = new Term.Operation('*', others.get(i), one.parts().getFirst());
      if (!terms(left, right)) {
        return false;
      }
    }
    return true;
  }

  /** Whether two expressions are equal, wherever they are defined. */
  boolean terms(Term one, Term other) {
    if (one.equals(other)) {
      return true;
    }
    TreeSet<String> names = new TreeSet<>();
    one.variables(names);
    other.variables(names);
    return names.isEmpty() ? numbers(one, other) : functions(one, other);
  }

  private boolean numbers(Term one, Term other) {
    Optional<Rational> exact = one.exact();
    Optional<Rational> second = other.exact();
    if (exact.isPresent() && second.isPresent()) {
      return exact.get().equals(second.get()) || isRounded(exact.get(), second.get());
    }
    Term.Point point = new Term.Point(seed);
    double value = one.at(point);
    double otherValue = other.at(point);
    boolean isWritten =
        exact.or(() -> second).map(it -> it.isFiniteDecimal() && !it.isWhole()).orElse(false);
    return near(value, otherValue, isWritten ? ROUNDING : NOISE);
  }

  /** 0.3333333 for a third, and the noise of floating point; never among whole numbers. */
  private static boolean isRounded(Rational one, Rational other) {
    if (one.isWhole() && other.isWhole()) {
      return false;
    }
    boolean isRounding = one.isFiniteDecimal() != other.isFiniteDecimal();
    return near(one.toDouble(), other.toDouble(), isRounding ? ROUNDING : NOISE);
  }

  private static boolean near(double one, double other, double share) {
    return one == other
        || (Double.isFinite(one - other)
            && Math.abs(one - other) <= share * Math.max(Math.abs(one), Math.abs(other)));
  }

  private boolean functions(Term one, Term other) {
    int compared = 0;
    for (int i = 0; i < POINTS; i++) {
      Term.Point point = new Term.Point(seed + i);
      OptionalLong residue = one.residueAt(point);
      OptionalLong second = other.residueAt(point);
      if (residue.isPresent() && second.isPresent()) {
        if (residue.getAsLong() != second.getAsLong()) {
          return false;
        }
        compared++;
        continue;
      }
      double value = one.at(point);
      double otherValue = other.at(point);
      if (Double.isFinite(value) != Double.isFinite(otherValue)) {
        return false;
      }
      if (Double.isFinite(value)) {
        compared++;
        if (!near(value, otherValue, NOISE) && Math.abs(value - otherValue) > 1e-12) {
          return false;
        }
      }
    }
    return compared > POINTS / 2;
  }
}
