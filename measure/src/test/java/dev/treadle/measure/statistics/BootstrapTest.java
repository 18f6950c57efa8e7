package dev.treadle.measure.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Test
  void agreesWithStudentWhereValuesAreNormal() {
    SplittableRandom random = new SplittableRandom(5);
    double[] values = new double[400];
    for (int i = 0; i < values.length; i++) {
      values[i] = Normal.quantile(random.nextDouble(1e-9, 1));
    }
    Interval expected = StudentT.interval(values);

    Interval it = Bootstrap.withSeed(1).mean(values);

    assertThat(it.estimate()).isCloseTo(expected.estimate(), within(1e-12));
    assertThat(it.low()).isCloseTo(expected.low(), within(0.012));
    assertThat(it.high()).isCloseTo(expected.high(), within(0.012));
    assertThat(it).isEqualTo(Bootstrap.withSeed(1).mean(values));
  }

  /** Ten equal values in a group are one value: the interval must be that of the groups. */
  @Test
  void drawsWholeGroups() {
    SplittableRandom random = new SplittableRandom(6);
    double[] means = random.doubles(50).toArray();
    double[] values = new double[500];
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      values[i] = means[i / 10];
      groups.add("g" + i / 10);
    }

    Interval it = Bootstrap.withSeed(2).mean(values, groups);

    assertThat(it.width()).isCloseTo(Bootstrap.withSeed(2).mean(means).width(), within(1e-9));
  }

  /** The corrected ends follow the skew; the lower one lies nearer to the estimate. */
  @Test
  void followsTheSkew() {
    SplittableRandom random = new SplittableRandom(7);
    double[] values = random.doubles(80).map(it -> -Math.log(it)).map(it -> it * it).toArray();

    Interval it = Bootstrap.withSeed(3).mean(values);

    assertThat(it.high() - it.estimate()).isGreaterThan(1.2 * (it.estimate() - it.low()));
  }

  @Test
  void copesWithEqualValues() {
    assertThat(Bootstrap.withSeed(1).mean(new double[] {2, 2, 2})).isEqualTo(new Interval(2, 2, 2));
    assertThat(Bootstrap.withSeed(1).pairedDifference(List.of(new PairedGate.Pair(0, 1, "a"))))
        .isEqualTo(new Interval(1, 1, 1));
  }
}
