package dev.treadle.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.app.workspace.Configuration;
import dev.treadle.gateway.limits.LimitSettings;
import dev.treadle.transcript.TreadleException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code treadle.yaml} says under {@code limits}. */
class LimitConfigurationTest {
  private static final String ROUTES =
      """
      upstreams:
        priced: {url: "http://127.0.0.1:11434", prices: {"*": {input: 1, output: 2}}}
        free: {url: "http://127.0.0.1:11435", prices: {small: {input: 0, output: 0}}}
        unpriced: {url: "http://127.0.0.1:11436"}
      routes:
        default: {to: priced}
        small: {to: free/small}
        large: {to: free/large}
        other: {to: unpriced}
      """;

  private static List<LimitSettings> read(String section) {
    return Configuration.parse(ROUTES + "limits: " + section, "treadle.yaml").gateway().limits();
  }

  @Test
  void readsEveryKey() {
    assertThat(Configuration.parse(ROUTES, "treadle.yaml").gateway().limits()).isEmpty();
    assertThat(
            read(
                "{a: {keys: [k, l], routes: default, for-each: key, requests-per-minute: 3,"
                    + " tokens-per-minute: 4, usd-per-day: 0.5, usd-per-month: 6, assumed-output: 7},"
                    + " b: {requests-per-minute: 1}}"))
        .containsExactly(
            new LimitSettings(
                "a",
                Set.of("k", "l"),
                Set.of("default"),
                LimitSettings.Each.KEY,
                new LimitSettings.Rates(OptionalLong.of(3), OptionalLong.of(4)),
                new LimitSettings.Budget(
                    Optional.of(new BigDecimal("0.5")), Optional.of(new BigDecimal("6"))),
                7),
            new LimitSettings(
                "b",
                Set.of(),
                Set.of(),
                LimitSettings.Each.ALL,
                new LimitSettings.Rates(OptionalLong.of(1), OptionalLong.empty()),
                LimitSettings.Budget.NONE,
                LimitSettings.ASSUMED_OUTPUT));
    assertThat(read("{a: {routes: [default, small], usd-per-day: 0}}")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {a: {}}                                       | limits.a.requests-per-minute: expected this or another limit
          {a: {for-each: user, requests-per-minute: 1}} | limits.a.for-each: there is no 'user'
          {a: {requests-per-minute: 0}}                 | limits.a.requests-per-minute: expected a number from 1
          {a: {tokens-per-minute: many}}                | limits.a.tokens-per-minute: expected a number
          {a: {usd-per-day: -1}}                        | limits.a.usd-per-day: expected an amount
          {a: {usd-per-month: $5}}                      | limits.a.usd-per-month: expected an amount
          {a: {usd-per-week: 5}}                        | there is no key 'limits.a.usd-per-week'
          {a: {routes: [defualt], usd-per-day: 5}}      | limits.a.routes: expected names of routes, found 'defualt'
          {a: {usd-per-day: 5}}                         | limits.a counts money, but there is no price for 'free/large'
          {a: {routes: other, usd-per-month: 5}}        | there is no price for 'unpriced', where the route other goes
          """)
  void refusesWhatMakesNoSense(String section, String said) {
    assertThatThrownBy(() -> read(section))
        .isInstanceOf(TreadleException.class)
        .hasMessageContaining(said);
  }
}
