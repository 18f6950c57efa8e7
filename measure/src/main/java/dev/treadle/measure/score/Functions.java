package dev.treadle.measure.score;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Arithmetic in the three ways that expressions are compared by: exact, modular, approximate. */
final class Functions {
  private static final long MOST_FACTORIAL = 500;

  /** By name; the longest names first matter to the reader, not here. */
  static final Map<String, DoubleUnaryOperator> KNOWN =
      Map.ofEntries(
          Map.entry("sin", Math::sin),
          Map.entry("cos", Math::cos),
          Map.entry("tan", Math::tan),
          Map.entry("cot", it -> 1 / Math.tan(it)),
          Map.entry("sec", it -> 1 / Math.cos(it)),
          Map.entry("csc", it -> 1 / Math.sin(it)),
          Map.entry("arcsin", Math::asin),
          Map.entry("arccos", Math::acos),
          Map.entry("arctan", Math::atan),
          Map.entry("sinh", Math::sinh),
          Map.entry("cosh", Math::cosh),
          Map.entry("tanh", Math::tanh),
          Map.entry("ln", Math::log),
          Map.entry("log", Math::log10),
          Map.entry("lg", Math::log10),
          Map.entry("exp", Math::exp),
          Map.entry("abs", Math::abs),
          Map.entry("sqrt", Math::sqrt));

  static final String FACTORIAL = "!";

  private Functions() {}

  static double apply(String name, double argument) {
    if (name.equals(FACTORIAL)) {
      return Double.NaN; // Of whole numbers only, and these are exact.
    }
    DoubleUnaryOperator function = KNOWN.get(name);
    return function == null ? Double.NaN : function.applyAsDouble(argument);
  }

  /** Roots of odd order are defined below zero too. */
  static double power(double left, double right, Term exponent) {
    double value = Math.pow(left, right);
    if (Double.isNaN(value) && left < 0) {
      Optional<Rational> exact = exponent.exact();
      if (exact.isPresent() && exact.get().denominator().testBit(0)) {
        double root = Math.pow(-left, right);
        return exact.get().numerator().testBit(0) ? -root : root;
      }
    }
    return value;
  }

  static Optional<Rational> exact(char sign, Rational left, Rational right) {
    return switch (sign) {
      case '+' -> left.plus(right);
      case '-' -> left.plus(right.negate());
      case '*' -> left.times(right);
      case '/' -> left.over(right);
      default -> left.power(right);
    };
  }

  static Optional<Rational> exact(String name, Rational argument) {
    return switch (name) {
      case "sqrt" -> root(argument);
      case "abs" -> Optional.of(argument.numerator().signum() < 0 ? argument.negate() : argument);
      case FACTORIAL -> factorial(argument);
      default -> Optional.empty();
    };
  }

  private static Optional<Rational> root(Rational square) {
    if (square.numerator().signum() < 0) {
      return Optional.empty();
    }
    BigInteger up = square.numerator().sqrt();
    BigInteger down = square.denominator().sqrt();
    boolean isSquare =
        up.multiply(up).equals(square.numerator())
            && down.multiply(down).equals(square.denominator());
    return isSquare ? Optional.of(new Rational(up, down)) : Optional.empty();
  }

  private static Optional<Rational> factorial(Rational of) {
    if (!of.isWhole() || of.numerator().signum() < 0 || of.numerator().bitLength() > 9) {
      return Optional.empty();
    }
    long most = of.numerator().longValueExact();
    if (most > MOST_FACTORIAL) {
      return Optional.empty();
    }
    BigInteger product = BigInteger.ONE;
    for (long i = 2; i <= most; i++) {
      product = product.multiply(BigInteger.valueOf(i));
    }
    return Optional.of(new Rational(product, BigInteger.ONE));
  }

  static OptionalLong residue(Rational value) {
    BigInteger down = value.denominator().mod(Term.PRIME);
    return down.signum() == 0
        ? OptionalLong.empty()
        : OptionalLong.of(
            value
                .numerator()
                .multiply(down.modInverse(Term.PRIME))
                .mod(Term.PRIME)
                .longValueExact());
  }

  static OptionalLong residue(char sign, long left, long right) {
    BigInteger one = BigInteger.valueOf(left);
    BigInteger other = BigInteger.valueOf(right);
    @Nullable BigInteger value =
        switch (sign) {
          case '+' -> one.add(other);
          case '-' -> one.subtract(other);
          case '*' -> one.multiply(other);
          default -> right == 0 ? null : one.multiply(other.modInverse(Term.PRIME));
        };
    return value == null
        ? OptionalLong.empty()
        : OptionalLong.of(value.mod(Term.PRIME).longValueExact());
  }

  static OptionalLong residuePower(long base, Optional<Rational> exponent) {
    if (exponent.isEmpty()
        || !exponent.get().isWhole()
        || exponent.get().numerator().bitLength() > 20) {
      return OptionalLong.empty();
    }
    BigInteger times = exponent.get().numerator();
    return times.signum() < 0 && base == 0
        ? OptionalLong.empty()
        : OptionalLong.of(BigInteger.valueOf(base).modPow(times, Term.PRIME).longValueExact());
  }
}
