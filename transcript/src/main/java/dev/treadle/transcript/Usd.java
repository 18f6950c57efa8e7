package dev.treadle.transcript;

import java.math.BigDecimal;

/** An amount of money in US dollars, exact. */
public record Usd(BigDecimal amount) {
  public Usd {
    amount = amount.signum() == 0 ? BigDecimal.ZERO : amount.stripTrailingZeros();
  }
}
