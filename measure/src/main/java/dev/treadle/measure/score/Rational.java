package dev.treadle.measure.score;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Optional;

/** An exact fraction in lowest terms; operations whose result would be huge give nothing. */
record Rational(BigInteger numerator, BigInteger denominator) {
  static final Rational ZERO = of(0);
  static final Rational ONE = of(1);
  private static final int MOST_BITS = 20_000;
  private static final int MOST_SCALE = 4000;

  Rational {
    if (denominator.signum() == 0) {
      throw new IllegalArgumentException("a fraction over nothing");
    }
    BigInteger common = numerator.gcd(denominator);
    if (denominator.signum() < 0) {
      common = common.negate();
    }
    numerator = numerator.divide(common);
    denominator = denominator.divide(common);
  }

  static Rational of(long whole) {
    return new Rational(BigInteger.valueOf(whole), BigInteger.ONE);
  }

  /** Reads digits, with a point and an exponent perhaps. */
  static Optional<Rational> parse(String digits) {
    if (digits.length() > 1000) {
      return Optional.empty();
    }
    try {
      BigDecimal value = new BigDecimal(digits);
      if (Math.abs((long) value.scale()) > MOST_SCALE) {
        return Optional.empty();
      }
      return Optional.of(
          value.scale() > 0
              ? new Rational(value.unscaledValue(), BigInteger.TEN.pow(value.scale()))
              : new Rational(value.toBigIntegerExact(), BigInteger.ONE));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private Optional<Rational> small() {
    return numerator.bitLength() + denominator.bitLength() > MOST_BITS
        ? Optional.empty()
        : Optional.of(this);
  }

  Rational negate() {
    return new Rational(numerator.negate(), denominator);
  }

  Optional<Rational> plus(Rational other) {
    return new Rational(
            numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
            denominator.multiply(other.denominator))
        .small();
  }

  Optional<Rational> times(Rational other) {
    return new Rational(
            numerator.multiply(other.numerator), denominator.multiply(other.denominator))
        .small();
  }

  Optional<Rational> over(Rational other) {
    return other.numerator.signum() == 0 ? Optional.empty() : times(other.power(-1));
  }

  Optional<Rational> power(Rational exponent) {
    if (!exponent.isWhole() || exponent.numerator.bitLength() > 14) {
      return Optional.empty();
    }
    int times = exponent.numerator.intValueExact();
    long bits = (long) (numerator.bitLength() + denominator.bitLength()) * Math.abs(times);
    if (bits > MOST_BITS || (times < 0 && numerator.signum() == 0)) {
      return Optional.empty();
    }
    return Optional.of(power(times));
  }

  private Rational power(int times) {
    BigInteger[] parts = {
      numerator.pow(Math.abs(times)), denominator.pow(Math.abs(times)),
    };
    int top = times < 0 ? 1 : 0;
    return new Rational(parts[top], parts[1 - top]);
  }

  boolean isWhole() {
    return denominator.equals(BigInteger.ONE);
  }

  /** Whether it can be written with a finite number of decimals. */
  boolean isFiniteDecimal() {
    BigInteger rest = denominator;
    rest = rest.shiftRight(Math.max(0, rest.getLowestSetBit()));
    BigInteger five = BigInteger.valueOf(5);
    while (rest.mod(five).signum() == 0) {
      rest = rest.divide(five);
    }
    return rest.equals(BigInteger.ONE);
  }

  double toDouble() {
    return new BigDecimal(numerator)
        .divide(new BigDecimal(denominator), MathContext.DECIMAL64)
        .doubleValue();
  }

  @Override
  public String toString() {
    return isWhole() ? numerator.toString() : numerator + "/" + denominator;
  }
}
