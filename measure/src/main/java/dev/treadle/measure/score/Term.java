package dev.treadle.measure.score;

import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;

/** An expression: numbers, variables, operations, functions. */
sealed interface Term {
  /** A number. */
  record Literal(Rational value) implements Term {}

  /** A constant that is no fraction: pi, e, infinity. */
  record Constant(String name, double value) implements Term {}

  /** A letter. */
  record Variable(String name) implements Term {}

  /** One of {@code + - * / ^}. */
  record Operation(char sign, Term left, Term right) implements Term {}

  /** A function of one argument. */
  record Call(String name, Term argument) implements Term {}

  /** A prime below 2^61: rational functions that agree at random points modulo it are the same. */
  BigInteger PRIME = BigInteger.ONE.shiftLeft(61).subtract(BigInteger.ONE);

  /** Where variables have values: drawn from a seed, the same for the same name. */
  record Point(long seed) {
    long residue(String name) {
      return mixed(name) % PRIME.longValueExact();
    }

    /** Between 0.5 and 2.5: most functions are defined there. */
    double value(String name) {
      return 0.5 + (mixed(name) >>> 10) / (double) (1L << 52);
    }

    private long mixed(String name) {
      long z = seed + name.hashCode() * 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return (z ^ (z >>> 31)) >>> 1;
    }
  }

  /** Collects the names of the variables. */
  default void variables(SortedSet<String> into) {
    switch (this) {
      case Literal _, Constant _ -> {}
      case Variable it -> into.add(it.name());
      case Operation it -> {
        it.left().variables(into);
        it.right().variables(into);
      }
      case Call it -> it.argument().variables(into);
    }
  }

  /** The exact value, where there are no variables and nothing but fractions. */
  default Optional<Rational> exact() {
    return switch (this) {
      case Literal it -> Optional.of(it.value());
      case Constant _, Variable _ -> Optional.empty();
      case Operation it ->
          it.left()
              .exact()
              .flatMap(l -> it.right().exact().flatMap(r -> Functions.exact(it.sign(), l, r)));
      case Call it -> it.argument().exact().flatMap(a -> Functions.exact(it.name(), a));
    };
  }

  /** The value at a point, in floating point; not a number where it is not defined. */
  default double at(Point point) {
    return switch (this) {
      case Literal it -> it.value().toDouble();
      case Constant it -> it.value();
      case Variable it -> point.value(it.name());
      case Operation it -> {
        double left = it.left().at(point);
        double right = it.right().at(point);
        yield switch (it.sign()) {
          case '+' -> left + right;
          case '-' -> left - right;
          case '*' -> left * right;
          case '/' -> left / right;
          default -> Functions.power(left, right, it.right());
        };
      }
      case Call it -> Functions.apply(it.name(), it.argument().at(point));
    };
  }

  /** The value at a point modulo {@link #PRIME}; nothing where it is no rational function. */
  default OptionalLong residueAt(Point point) {
    return switch (this) {
      case Literal(Rational value) -> Functions.residue(value);
      case Constant _, Call _ -> OptionalLong.empty();
      case Variable it -> OptionalLong.of(point.residue(it.name()));
      case Operation it -> {
        OptionalLong left = it.left().residueAt(point);
        if (left.isEmpty()) {
          yield left;
        }
        if (it.sign() == '^') {
          yield Functions.residuePower(left.getAsLong(), it.right().exact());
        }
        OptionalLong right = it.right().residueAt(point);
        yield right.isEmpty()
            ? right
            : Functions.residue(it.sign(), left.getAsLong(), right.getAsLong());
      }
    };
  }
}
