package dev.treadle.gateway.limits;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a call may take at the most, as far as that can be known before.
 *
 * @param key the name of the caller's key
 * @param inputTokens of its prompt
 * @param outputTokens that the request allows, of all answers that it asks for; absent where it
 *     sets no limit
 * @param tariff what it costs where it may go; absent where a price is missing
 */
public record Ask(
    String key,
    String route,
    long inputTokens,
    OptionalLong outputTokens,
    Optional<Tariff> tariff) {

  /** The highest prices that may apply, in US dollars for a million tokens. */
  public record Tariff(BigDecimal input, BigDecimal output) {
    public static final Tariff FREE = new Tariff(BigDecimal.ZERO, BigDecimal.ZERO);

    /** The higher price of each kind. */
    public Tariff or(Tariff other) {
      return new Tariff(input.max(other.input), output.max(other.output));
    }
  }

  /** Something that takes nothing but a request. */
  public static Ask ofRequest(String key, String route) {
    return new Ask(key, route, 0, OptionalLong.of(0), Optional.of(Tariff.FREE));
  }

  long tokens(LimitSettings limit) {
    return inputTokens + output(limit);
  }

  Optional<BigDecimal> usd(LimitSettings limit) {
    return tariff.map(
        it ->
            it.input()
                .multiply(BigDecimal.valueOf(inputTokens))
                .add(it.output().multiply(BigDecimal.valueOf(output(limit))))
                .movePointLeft(6));
  }

  private long output(LimitSettings limit) {
    return outputTokens.orElse(limit.assumedOutput());
  }
}
