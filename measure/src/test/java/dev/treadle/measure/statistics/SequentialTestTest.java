package dev.treadle.measure.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.measure.statistics.PairedGate.Pair;
import dev.treadle.measure.statistics.SequentialTest.Outcome;
import dev.treadle.measure.statistics.SequentialTest.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SequentialTestTest {
  /** A fixed test looked at 60 times would stop falsely in about a third of them. */
  @Test
  void seldomStopsWhereThereIsNoDifference() {
    int stopped = 0;
    int missed = 0;
    for (int run = 0; run < 300; run++) {
      SequentialTest test = SequentialTest.experiment(0.05);
      SplittableRandom random = new SplittableRandom(run);
      boolean isMissed = false;
      for (int batch = 0; batch < 60; batch++) {
        test = test.afterPairs(pairs(random, 0.06, 0.06, 10));
        isMissed |= !test.difference().contains(0);
      }
      stopped += test.outcome() == Outcome.UNDECIDED ? 0 : 1;
      missed += isMissed ? 1 : 0;
    }
    assertThat(stopped).isLessThan(25);
    assertThat(missed).isLessThan(25);
  }

  @Test
  void findsWhatIsBetterAndWhatIsWorse() {
    SplittableRandom random = new SplittableRandom(9);
    SequentialTest up = SequentialTest.experiment(0.05);
    SequentialTest down = SequentialTest.experiment(0.05);
    for (int batch = 0; batch < 100; batch++) {
      up = up.afterPairs(pairs(random, 0.12, 0.04, 10));
      down = down.afterPairs(pairs(random, 0.04, 0.12, 10));
    }
    assertThat(up.outcome()).isEqualTo(Outcome.BETTER);
    assertThat(down.outcome()).isEqualTo(Outcome.WORSE);
    assertThat(up.pValueBetter()).isLessThan(0.025);
    assertThat(up.difference().low()).isPositive();
    assertThat(up.difference().contains(0.08)).isTrue();
    assertThat(up.results()).isEqualTo(1_000);
  }

  @Test
  void guardStopsABadCanaryAndLeavesAnEqualOne() {
    int bad = 0;
    int good = 0;
    for (int run = 0; run < 100; run++) {
      bad += guarded(run, 0.5) == Outcome.WORSE ? 1 : 0;
      good += guarded(run, 0.8) == Outcome.WORSE ? 1 : 0;
    }
    assertThat(bad).isGreaterThan(90);
    assertThat(good).isLessThan(12);
  }

  private static Outcome guarded(int seed, double candidate) {
    SplittableRandom random = new SplittableRandom(seed);
    SequentialTest guard = SequentialTest.guard(0.05, 0);
    for (int batch = 0; batch < 40; batch++) {
      List<Trial> trials = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        boolean isCandidate = random.nextDouble() < 0.1;
        double reward = random.nextDouble() < (isCandidate ? candidate : 0.8) ? 1 : 0;
        trials.add(new Trial(isCandidate, 0.1, reward, batch + "/" + i));
      }
      guard = guard.afterTrials(trials);
    }
    return guard.outcome();
  }

  @Test
  void aGroupIsOneResult() {
    List<Pair> same = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      same.add(new Pair(0, 1, "one"));
    }
    SequentialTest test = SequentialTest.experiment(0.05).afterPairs(same);

    assertThat(test.results()).isOne();
    assertThat(test.outcome()).isEqualTo(Outcome.UNDECIDED);
  }

  private static List<Pair> pairs(SplittableRandom random, double wins, double losses, int count) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double x = random.nextDouble();
      double live = x < losses ? 1 : 0;
      double candidate = x >= losses && x < losses + wins ? 1 : 0;
      pairs.add(new Pair(live, candidate, "g" + i));
    }
    return pairs;
  }
}
