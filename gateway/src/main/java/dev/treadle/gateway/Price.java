package dev.treadle.gateway;

import dev.treadle.transcript.Usd;
import dev.treadle.transcript.dialect.Usage;
import java.math.BigDecimal;

/**
 * What a model costs, in US dollars for a million tokens.
 *
 * @param input of tokens that come from no cache
 * @param cachedInput of those read from a cache
 * @param cacheWrite of those written to one
 */
public record Price(
    BigDecimal input, BigDecimal cachedInput, BigDecimal cacheWrite, BigDecimal output) {
  private static final int MILLION = 6;

  /** The cost of one answer. */
  public Usd of(Usage usage) {
    long plain = usage.inputTokens() - usage.cachedInputTokens() - usage.cacheWriteTokens();
    BigDecimal sum =
        input
            .multiply(BigDecimal.valueOf(Math.max(0, plain)))
            .add(cachedInput.multiply(BigDecimal.valueOf(usage.cachedInputTokens())))
            .add(cacheWrite.multiply(BigDecimal.valueOf(usage.cacheWriteTokens())))
            .add(output.multiply(BigDecimal.valueOf(usage.outputTokens())));
    return new Usd(sum.movePointLeft(MILLION));
  }

  /** What a million input tokens cost less where they are cached; never below 0. */
  public BigDecimal cacheGain() {
    return input.subtract(cachedInput).max(BigDecimal.ZERO);
  }
}
