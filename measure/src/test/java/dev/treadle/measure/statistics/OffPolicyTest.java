package dev.treadle.measure.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.measure.statistics.OffPolicy.Logged;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OffPolicyTest {
  private static final double[] NONE = {};

  /** By hand: weights 2, 0.5, 0, rewards 1, 1, 0. */
  @Test
  void estimatesAsTheFormulasSay() {
    List<Logged> log =
        List.of(
            new Logged(0, 0.5, 1, new double[] {1, 0}, new double[] {0.8, 0.1}, "a"),
            new Logged(0, 0.8, 1, new double[] {0.4, 0.6}, new double[] {0.8, 0.1}, "b"),
            new Logged(1, 0.5, 0, new double[] {1, 0}, new double[] {0.6, 0.1}, "c"));
    OffPolicy it = OffPolicy.of(log);

    assertThat(it.inversePropensity().estimate()).isCloseTo(2.5 / 3, within(1e-12));
    assertThat(it.selfNormalized().estimate()).isCloseTo(1, within(1e-12));
    assertThat(it.doublyRobust().estimate())
        .isCloseTo((0.8 + 0.4 + 0.38 + 0.1 + 0.6) / 3, within(1e-12));
    assertThat(it.replay().estimate()).isCloseTo(1, within(1e-12));
    assertThat(it.matches()).isOne();
    assertThat(it.effectiveSampleSize()).isCloseTo(6.25 / 4.25, within(1e-12));
    assertThat(it.support().estimate()).isCloseTo(2.5 / 3, within(1e-12));
  }

  @Test
  void coversTheTruthAndIsNotBiased() {
    for (SimulatedLog setting :
        List.of(
            new SimulatedLog(150, 3, true, false, false),
            new SimulatedLog(150, 3, false, true, true))) {
      covers(setting, OffPolicy::inversePropensity, 0.6);
      covers(setting, OffPolicy::selfNormalized, 0.45);
      covers(setting, OffPolicy::doublyRobust, 0.55);
    }
  }

  private static void covers(
      SimulatedLog setting, Function<OffPolicy, Interval> estimator, double widest) {
    int logs = 80;
    int covered = 0;
    double width = 0;
    double error = 0;
    double squares = 0;
    for (int seed = 0; seed < logs; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      SimulatedLog.World world = setting.world(random);
      Interval it = estimator.apply(OffPolicy.of(setting.draw(world, random)));
      double off = it.estimate() - world.truth();
      covered += it.contains(world.truth()) ? 1 : 0;
      width += it.width() / logs;
      error += off / logs;
      squares += off * off / logs;
    }
    assertThat(covered).isGreaterThanOrEqualTo(70);
    assertThat(width).isLessThan(widest);
    assertThat(Math.abs(error)).isLessThan(4 * Math.sqrt(squares / logs));
  }

  /** Replay is right where the log chose evenly. */
  @Test
  void replayOfAnEvenLog() {
    SplittableRandom random = new SplittableRandom(4);
    List<Logged> log = new ArrayList<>();
    for (int i = 0; i < 900; i++) {
      int action = random.nextInt(3);
      double reward = random.nextDouble() < 0.2 + 0.3 * action ? 1 : 0;
      log.add(new Logged(action, 1 / 3.0, reward, new double[] {0, 0, 1}, NONE, "g" + i));
    }
    OffPolicy it = OffPolicy.of(log);

    assertThat(it.replay().contains(0.8)).isTrue();
    assertThat(it.replay().width()).isLessThan(0.1);
    assertThat(it.replay().estimate()).isCloseTo(it.selfNormalized().estimate(), within(1e-12));
    assertThat(it.warnings()).isEmpty();
  }

  @Test
  void saysWhenTheCandidateLeavesTheLog() {
    List<Logged> log = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      log.add(new Logged(0, 1, 0.5, new double[] {0.1, 0.9}, NONE, "g" + i));
    }

    assertThat(OffPolicy.of(log).warnings())
        .singleElement()
        .asString()
        .startsWith("the candidate leaves the log: only 10 % of its choices");
  }

  @Test
  void saysWhenOneRecordCarriesAll() {
    List<Logged> log = new ArrayList<>();
    for (int i = 0; i < 99; i++) {
      log.add(new Logged(0, 0.99, 1, new double[] {0.5, 0.5}, NONE, "g" + i));
    }
    log.add(new Logged(1, 0.01, 0, new double[] {0.5, 0.5}, NONE, "rare"));

    assertThat(OffPolicy.of(log).warnings())
        .containsExactly(
            "100 records are worth 4.0 for this candidate: the estimates say little",
            "one record carries 50 % of the weight");
    OffPolicy capped = OffPolicy.of(log, 0, 1, 5);
    assertThat(capped.clipped()).isOne();
    assertThat(capped.warnings()).last().asString().startsWith("1 weight was lowered to 5");
  }

  @Test
  void knowsNothingOfAnEmptyLogAndLittleOfOneRecord() {
    OffPolicy empty = OffPolicy.of(List.of());
    OffPolicy one =
        OffPolicy.of(List.of(new Logged(0, 0.5, 1, new double[] {1, 0}, new double[] {1, 1}, "a")));

    assertThat(empty.selfNormalized()).isEqualTo(new Interval(0.5, 0, 1));
    assertThat(empty.inversePropensity()).isEqualTo(new Interval(0.5, 0, 1));
    assertThat(empty.doublyRobust()).isEqualTo(new Interval(0.5, 0, 1));
    assertThat(one.selfNormalized().low()).isLessThan(0.05);
    assertThat(one.doublyRobust().low()).isLessThan(0.2);
  }

  @Test
  void refusesWhatIsNoLog() {
    double[] even = {0.5, 0.5};
    assertThatThrownBy(() -> new Logged(0, 0, 1, even, NONE, "a"))
        .hasMessageContaining("propensity");
    assertThatThrownBy(() -> new Logged(2, 1, 1, even, NONE, "a")).hasMessageContaining("action 2");
    assertThatThrownBy(() -> new Logged(0, 1, 1, new double[] {0.5, 0.6}, NONE, "a"))
        .hasMessageContaining("sum to 1.1");
    assertThatThrownBy(() -> OffPolicy.of(List.of(new Logged(0, 1, 3, even, NONE, "a"))))
        .hasMessageContaining("outside 0.0..1.0");
    assertThatThrownBy(() -> OffPolicy.of(List.of(), 0, Double.POSITIVE_INFINITY, 1))
        .hasMessageContaining("make no sense");
    assertThatThrownBy(
            () -> OffPolicy.of(List.of(new Logged(0, 1, 1, even, NONE, "a"))).doublyRobust())
        .hasMessageContaining("model");
  }
}
