package dev.treadle.gateway.limits;

import java.math.BigDecimal;

/**
 * What was spent of one budget in one day or month, and what is set aside for calls under way.
 * Guarded by {@link Limits}.
 */
final class Account {
  private BigDecimal spent;
  private BigDecimal reserved = BigDecimal.ZERO;
  private BigDecimal written;

  /** With what the book says, all of which counts as spent. */
  Account(BigDecimal written) {
    this.spent = written;
    this.written = written;
  }

  BigDecimal spent() {
    return spent;
  }

  /** What the book says. */
  BigDecimal written() {
    return written;
  }

  /** What is spent and set aside. */
  BigDecimal taken() {
    return spent.add(reserved);
  }

  boolean hasRoomFor(BigDecimal amount, BigDecimal most) {
    return taken().add(amount).compareTo(most) <= 0;
  }

  void reserve(BigDecimal amount) {
    reserved = reserved.add(amount);
  }

  void release(BigDecimal amount) {
    reserved = reserved.subtract(amount);
  }

  void spend(BigDecimal amount) {
    spent = spent.add(amount);
  }

  /** Whether the book says less than what is taken. */
  boolean isAheadOfBook() {
    return taken().compareTo(written) > 0;
  }

  /** The book says this now. */
  void wrote(BigDecimal amount) {
    written = amount;
  }
}
