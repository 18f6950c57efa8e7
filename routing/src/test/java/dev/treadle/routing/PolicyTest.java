package dev.treadle.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What policies choose, and with which probability they say that they do. */
class PolicyTest {
  private static final Target A = Target.parse("a");
  private static final Target B = Target.parse("b/m");
  private static final Target C = Target.parse("c");

  private static Policy.Weighted weighted(List<Double> weights) {
    Map<Target, Double> targets = new LinkedHashMap<>();
    for (int i = 0; i < weights.size(); i++) {
      targets.put(Target.parse("t" + i), weights.get(i));
    }
    return new Policy.Weighted(targets, List.of());
  }

  private static Decision choose(Policy policy, double random) {
    return policy.choose(RoutingRequest.of("a question"), SessionState.EMPTY, random);
  }

  @Property(tries = 200)
  void drawsEachTargetInItsOwnPartOfTheUnitInterval(
      @ForAll @Size(min = 1, max = 6) List<@DoubleRange(min = 0.01, max = 1000) Double> weights) {
    Policy.Weighted policy = weighted(weights);
    double total = weights.stream().mapToDouble(Double::doubleValue).sum();
    double start = 0;
    double sum = 0;
    for (int i = 0; i < weights.size(); i++) {
      Decision decision = choose(policy, (start + weights.get(i) / 2) / total);
      assertThat(decision.chain()).containsExactly(Target.parse("t" + i));
      assertThat(decision.propensity()).isEqualTo(weights.get(i) / total);
      assertThat(decision.candidates()).hasSameSizeAs(weights);
      sum += decision.propensity();
      start += weights.get(i);
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
    assertThat(choose(policy, 0).chain()).containsExactly(Target.parse("t0"));
    assertThat(choose(policy, Math.nextDown(1.0)).chain())
        .containsExactly(Target.parse("t" + (weights.size() - 1)));
  }

  /** Pearson's chi-squared test; 3 degrees of freedom, 16.27 is its 99.9th percentile. */
  @Test
  void drawsMatchTheWeights() {
    List<Double> weights = List.of(1.0, 2.0, 3.0, 0.5);
    Policy policy = weighted(weights);
    Map<Target, Integer> drawn = new LinkedHashMap<>();
    Random random = new Random(5);
    int draws = 100_000;
    for (int i = 0; i < draws; i++) {
      drawn.merge(choose(policy, random.nextDouble()).chain().getFirst(), 1, Integer::sum);
    }
    double chiSquared = 0;
    for (int i = 0; i < weights.size(); i++) {
      double expected = draws * weights.get(i) / 6.5;
      chiSquared += Math.pow(drawn.getOrDefault(Target.parse("t" + i), 0) - expected, 2) / expected;
    }
    assertThat(chiSquared).isLessThan(16.27);
  }

  @Test
  void theSameRandomNumberIsTheSameDecision() {
    Policy policy = new Policy.Weighted(Map.of(A, 1.0, B, 1.0), List.of(C));
    assertThat(choose(policy, 0.3)).isEqualTo(choose(policy, 0.3));
  }

  @Test
  void theChosenTargetIsNoFallbackOfItself() {
    Map<Target, Double> weights = new LinkedHashMap<>();
    weights.put(A, 1.0);
    weights.put(B, 1.0);
    Policy policy = new Policy.Weighted(weights, List.of(B, C, C, A));

    assertThat(choose(policy, 0.2).chain()).containsExactly(A, B, C);
    assertThat(choose(policy, 0.7).chain()).containsExactly(B, C, A);
    assertThat(policy.targets()).containsExactly(A, B, C);
    assertThat(choose(policy, 0.2).candidates()).containsExactly(A, B);
  }

  @Test
  void aChainIsCertainOfItsFirstTarget() {
    Policy policy = new Policy.Chain(List.of(A, B, A, B));
    Decision decision = choose(policy, 0.9);

    assertThat(decision.chain()).containsExactly(A, B);
    assertThat(decision.propensity()).isEqualTo(1);
    assertThat(decision.candidates()).containsExactly(A);
    assertThat(policy.name()).isEqualTo("fallback");
    assertThat(new Policy.Chain(List.of(A, A)).name()).isEqualTo("fixed");
  }

  @Test
  void refusesWhatIsNoWeight() {
    for (double weight : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new Policy.Weighted(Map.of(A, weight), List.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> weighted(List.of(Double.MAX_VALUE, Double.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> weighted(new ArrayList<>()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Policy.Chain(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsTargetsAsTheyAreWritten() {
    for (String written : List.of("up", "up/model", "up/org/model:8b")) {
      assertThat(Target.parse(written)).hasToString(written);
    }
    assertThat(Target.parse("up/org/model").model()).contains("org/model");
    for (String wrong : List.of("", " ", "/m", "up/", "up/ ")) {
      assertThatThrownBy(() -> Target.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
