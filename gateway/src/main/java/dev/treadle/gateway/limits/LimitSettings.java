package dev.treadle.gateway.limits;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A limit on calls.
 *
 * @param keys names of the keys that it is for; none: all
 * @param routes that it is for; none: all
 * @param each whether everybody has it to himself
 * @param rates requests and tokens a minute
 * @param budget US dollars
 * @param assumedOutput tokens that an answer is taken to have where the request sets no limit
 */
public record LimitSettings(
    String name,
    Set<String> keys,
    Set<String> routes,
    Each each,
    Rates rates,
    Budget budget,
    long assumedOutput) {
  public static final long ASSUMED_OUTPUT = 4096;

  /** Whose calls are counted together. */
  public enum Each {
    /** All that it is for. */
    ALL,
    /** Those of one key. */
    KEY
  }

  /** How much a minute; as much may come at once after a minute's rest. */
  public record Rates(OptionalLong requestsPerMinute, OptionalLong tokensPerMinute) {
    public static final Rates NONE = new Rates(OptionalLong.empty(), OptionalLong.empty());

    public Rates {
      if (requestsPerMinute.orElse(1) < 1 || tokensPerMinute.orElse(1) < 1) {
        throw new IllegalArgumentException("a rate is positive");
      }
    }
  }

  /** How much money in a day and in a month of UTC. */
  public record Budget(Optional<BigDecimal> usdPerDay, Optional<BigDecimal> usdPerMonth) {
    public static final Budget NONE = new Budget(Optional.empty(), Optional.empty());

    public Budget {
      if (usdPerDay.orElse(BigDecimal.ZERO).signum() < 0
          || usdPerMonth.orElse(BigDecimal.ZERO).signum() < 0) {
        throw new IllegalArgumentException("a budget is not negative");
      }
    }
  }

  public LimitSettings {
    keys = Set.copyOf(keys);
    routes = Set.copyOf(routes);
    if (assumedOutput < 1) {
      throw new IllegalArgumentException("an answer has a token at least");
    }
  }

  /** Whether it counts money. */
  public boolean countsMoney() {
    return budget.usdPerDay().isPresent() || budget.usdPerMonth().isPresent();
  }

  /** Whether it is for the calls of that key on that route. */
  public boolean isFor(String key, String route) {
    return (keys.isEmpty() || keys.contains(key)) && (routes.isEmpty() || routes.contains(route));
  }
}
