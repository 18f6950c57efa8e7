package dev.treadle.measure.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Distributions and intervals against printed tables and published examples. */
class DistributionsTest {
  /** Abramowitz and Stegun, table 26.1; the tails from table 26.2. */
  @ParameterizedTest
  @CsvSource({
    "0, 0.5",
    "1, 0.841344746068543",
    "-1.96, 0.0249978951482204",
    "2.999, 0.9986456634662729",
    "3.001, 0.998654527174915",
    "-5, 2.866515718791939e-7",
    "-10, 7.619853024160527e-24"
  })
  void normalProbabilities(double x, double p) {
    assertThat(Normal.probability(x)).isCloseTo(p, within(p * 2e-9));
  }

  @ParameterizedTest
  @CsvSource({"0.975, 1.959963984540054", "0.95, 1.644853626951473", "0.001, -3.090232306167813"})
  void normalQuantiles(double p, double x) {
    assertThat(Normal.quantile(p)).isCloseTo(x, within(1e-12));
  }

  @Property(tries = 200)
  void normalQuantileInvertsProbability(@ForAll @DoubleRange(min = -8, max = 5) double x) {
    assertThat(Normal.quantile(Normal.probability(x))).isCloseTo(x, within(1e-7));
  }

  /** The usual table of t: two-sided 5 %, one-sided 1 %. */
  @ParameterizedTest
  @CsvSource({
    "0.975, 1, 12.7062",
    "0.975, 2, 4.30265",
    "0.975, 9, 2.26216",
    "0.975, 30, 2.04227",
    "0.99, 5, 3.36493",
    "0.95, 120, 1.65765"
  })
  void studentQuantiles(double p, int freedom, double t) {
    assertThat(StudentT.quantile(p, freedom)).isCloseTo(t, within(6e-5 * t / 2));
    assertThat(StudentT.quantile(1 - p, freedom)).isCloseTo(-t, within(6e-5 * t / 2));
  }

  @Test
  void studentIntervalOfThreeSeeds() {
    Interval it = StudentT.interval(new double[] {0.66, 0.67, 0.68});

    assertThat(it.estimate()).isCloseTo(0.67, within(1e-12));
    assertThat(it.high() - 0.67).isCloseTo(4.30265 * 0.01 / Math.sqrt(3), within(1e-6));
    assertThat(StudentT.interval(new double[] {1}).width()).isInfinite();
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.5723649429247001", "1, 0", "5, 3.178053830347946", "100.5, 361.4355404677"})
  void logGammas(double x, double value) {
    assertThat(BetaFunction.logGamma(x)).isCloseTo(value, within(1e-9));
  }

  /** Sums of binomial coefficients, counted by hand. */
  @ParameterizedTest
  @CsvSource({"12, 15, 0.017578125", "0, 7, 1", "7, 7, 0.0078125", "3, 5, 0.5"})
  void binomialTails(int successes, int trials, double chance) {
    assertThat(Binomial.atLeast(successes, trials, 0.5)).isCloseTo(chance, within(1e-13));
  }

  /** Newcombe, 1998, table I: 81 of 263, and 0 of 20. */
  @Test
  void wilsonsIntervalAsPublished() {
    Interval many = Wilson.interval(81, 263);
    Interval none = Wilson.interval(0, 20);

    assertThat(many.low()).isCloseTo(0.2553, within(5e-5));
    assertThat(many.high()).isCloseTo(0.3662, within(5e-5));
    assertThat(none.low()).isZero();
    assertThat(none.high()).isCloseTo(0.1611, within(5e-5));
  }

  /** Newcombe, 1998, table I, method 5. */
  @Test
  void exactIntervalAsPublished() {
    Interval many = Binomial.interval(81, 263, 0.95);
    Interval none = Binomial.interval(0, 20, 0.95);

    assertThat(many.low()).isCloseTo(0.2527, within(5e-5));
    assertThat(many.high()).isCloseTo(0.3676, within(5e-5));
    assertThat(none.low()).isZero();
    assertThat(none.high()).isCloseTo(0.1684, within(5e-5));
  }

  @Test
  void mcNemarOfTenDiscordantPairs() {
    assertThat(McNemar.pValueBetter(9, 1)).isCloseTo(11 / 1024.0, within(1e-13));
    assertThat(McNemar.pValueDifferent(1, 9)).isCloseTo(22 / 1024.0, within(1e-13));
    assertThat(McNemar.pValueDifferent(0, 0)).isEqualTo(1);
  }

  /** For values of one size the random weights are McNemar's test, to the last digits. */
  @Property(tries = 300)
  void boundedMeanIsMcNemarForWinsAndLosses(
      @ForAll @IntRange(max = 60) int wins,
      @ForAll @IntRange(max = 60) int losses,
      @ForAll @IntRange(max = 500) int ties) {
    double[] values = new double[wins + losses + ties];
    java.util.Arrays.fill(values, 0, wins, 1);
    java.util.Arrays.fill(values, wins, wins + losses, -1);
    double expected = McNemar.pValueBetter(wins, losses);

    assertThat(BoundedMean.pValue(values, -1)).isCloseTo(expected, within(1e-10 * expected));
  }

  /** For shares against a supposed one they are the exact binomial test. */
  @Property(tries = 200)
  void boundedMeanIsTheBinomialTestForShares(
      @ForAll @IntRange(max = 40) int hits,
      @ForAll @IntRange(max = 400) int misses,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double share) {
    double[] values = new double[hits + misses];
    java.util.Arrays.fill(values, -share);
    java.util.Arrays.fill(values, 0, hits, 1 - share);
    double expected = Binomial.atLeast(hits, hits + misses, share);

    assertThat(BoundedMean.pValue(values, -share)).isCloseTo(expected, within(1e-9));
  }

  /** Three weights by hand: P(E1 a1 + E2 a2 < E0) = Π 1 / (1 + a). */
  @Property(tries = 200)
  void exponentialSumOfAnyPositiveWeights(
      @ForAll @DoubleRange(min = 0.01, max = 50) double one,
      @ForAll @DoubleRange(min = 0.01, max = 50) double other) {
    double[] weights = {one, other, -1};
    double expected = 1 / ((1 + one) * (1 + other));

    assertThat(ExponentialSum.chanceNotPositive(weights)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void signFlipsTryAllSignsOrDrawThem() {
    assertThat(SignFlip.pValueBetter(new double[] {1, 2, 3, 0}, 1, 1)).isEqualTo(1 / 8.0);
    assertThat(SignFlip.pValueBetter(new double[] {-1, 2, 3}, 1, 1)).isEqualTo(2 / 8.0);
    double[] many = new double[40];
    java.util.Arrays.fill(many, 0, 26, 1);
    java.util.Arrays.fill(many, 26, 40, -1);
    assertThat(SignFlip.pValueBetter(many, 20_000, 3))
        .isCloseTo(McNemar.pValueBetter(26, 14), within(0.006))
        .isEqualTo(SignFlip.pValueBetter(many, 20_000, 3));
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThatThrownBy(() -> Wilson.interval(3, 2)).hasMessageContaining("3 of 2");
    assertThatThrownBy(() -> Normal.quantile(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Interval(0, 1, -1)).isInstanceOf(IllegalArgumentException.class);
  }
}
