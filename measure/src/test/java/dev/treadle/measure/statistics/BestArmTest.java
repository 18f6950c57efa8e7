package dev.treadle.measure.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BestArmTest {
  /** Of two arms the difference is normal too. */
  @Test
  void agreesWithTheFormulaForTwoArms() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2_000; i++) {
      double[] mean = {random.nextDouble(-1, 1), random.nextDouble(-1, 1)};
      double[] deviation = {Math.exp(random.nextDouble(-9, 2)), Math.exp(random.nextDouble(-9, 2))};
      double expected =
          Normal.probability((mean[0] - mean[1]) / Math.hypot(deviation[0], deviation[1]));

      double[] chance = BestArm.probabilities(mean, deviation);

      assertThat(chance[0]).isCloseTo(expected, within(1e-6));
      assertThat(chance[0] + chance[1]).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void givesEqualArmsEqualChances() {
    for (int arms = 1; arms <= 20; arms++) {
      double[] mean = new double[arms];
      double[] deviation = new double[arms];
      java.util.Arrays.fill(deviation, 0.3);

      for (double chance : BestArm.probabilities(mean, deviation)) {
        assertThat(chance).isCloseTo(1.0 / arms, within(1e-6));
      }
    }
  }

  /** Against the plain rule with very many steps. */
  @Test
  void agreesWithSlowIntegrationForSeveralArms() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 10; i++) {
      double[] mean = random.doubles(5, 0, 1).toArray();
      double[] deviation = random.doubles(5, 0.01, 0.5).toArray();
      double[] slow = slowly(mean, deviation);

      double[] chance = BestArm.probabilities(mean, deviation);

      assertThat(chance).usingComparatorWithPrecision(1e-6).containsExactly(slow);
    }
  }

  private static double[] slowly(double[] mean, double[] deviation) {
    double[] chance = new double[mean.length];
    double step = 4e-3;
    for (double x = -4; x < 5; x += step) {
      for (int k = 0; k < mean.length; k++) {
        double it = Normal.density((x - mean[k]) / deviation[k]) / deviation[k];
        for (int j = 0; j < mean.length; j++) {
          it *= j == k ? 1 : Normal.probability((x - mean[j]) / deviation[j]);
        }
        chance[k] += it * step;
      }
    }
    return chance;
  }

  @Test
  void knowsWhatIsCertain() {
    assertThat(BestArm.probabilities(new double[] {1, 2, 2}, new double[3]))
        .containsExactly(0, 0.5, 0.5);
    double[] chance = BestArm.probabilities(new double[] {0, 1}, new double[] {1, 0});
    assertThat(chance[0]).isCloseTo(Normal.probability(-1), within(1e-6));
  }

  @Test
  void refusesWhatIsNoDistribution() {
    assertThatThrownBy(() -> BestArm.probabilities(new double[] {0}, new double[] {-1}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
