package dev.treadle.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who decides under a canary, and with which probabilities. */
class CanaryTest {
  private static final Target A = Target.parse("a");
  private static final Target B = Target.parse("b");

  private static RoutingRequest of(Optional<String> conversation) {
    return new RoutingRequest("x", Optional.empty(), List.of(), conversation, false, 1);
  }

  private static Policy weighted(double a, double b) {
    Map<Target, Double> weights = new LinkedHashMap<>();
    weights.put(A, a);
    weights.put(B, b);
    return new Policy.Weighted(weights, List.of());
  }

  @Test
  void propensitiesAreThoseOfBothArmsAndDrawsMatchThem() {
    Policy canary = new Policy.Canary(weighted(3, 1), weighted(1, 3), 0.2);
    Random random = new Random(7);
    int draws = 100_000;
    int a = 0;
    int candidates = 0;
    for (int i = 0; i < draws; i++) {
      Decision it = canary.choose(of(Optional.empty()), SessionState.EMPTY, random.nextDouble());
      assertThat(it.propensities().get(A)).isCloseTo(0.8 * 0.75 + 0.2 * 0.25, within(1e-12));
      a += it.target().equals(A) ? 1 : 0;
      candidates += it.arm().equals(Optional.of(Decision.Arm.CANDIDATE)) ? 1 : 0;
    }
    assertThat(a / (double) draws).isCloseTo(0.65, within(0.006));
    assertThat(candidates / (double) draws).isCloseTo(0.2, within(0.005));
  }

  @Test
  void aConversationKeepsItsArm() {
    Policy canary =
        new Policy.Canary(new Policy.Chain(List.of(A)), new Policy.Chain(List.of(B)), 0.3);
    int candidates = 0;
    for (int i = 0; i < 2000; i++) {
      RoutingRequest request = of(Optional.of("c" + i));
      Decision first = canary.choose(request, SessionState.EMPTY, 0.01);
      assertThat(canary.choose(request, SessionState.EMPTY, 0.99)).isEqualTo(first);
      candidates += first.target().equals(B) ? 1 : 0;
    }
    assertThat(candidates / 2000.0).isCloseTo(0.3, within(0.04));
  }

  @Test
  void aShareOfNothingOrAllIsOneArm() {
    for (double random : new double[] {0, 0.5, Math.nextDown(1.0)}) {
      Policy none = new Policy.Canary(weighted(1, 1), new Policy.Chain(List.of(B)), 0);
      Policy all = new Policy.Canary(weighted(1, 1), new Policy.Chain(List.of(B)), 1);
      assertThat(none.choose(of(Optional.empty()), SessionState.EMPTY, random).arm())
          .contains(Decision.Arm.LIVE);
      assertThat(all.choose(of(Optional.empty()), SessionState.EMPTY, random).target())
          .isEqualTo(B);
    }
  }

  @Test
  void theLogSaysWhichVersionsDecide() {
    Policy first = new Policy.Chain(List.of(Target.parse("a")));
    Policy second = new Policy.Versioned(new Policy.Chain(List.of(Target.parse("b"))), "7");
    assertThat(new Policy.Canary(first, second, 0.1).name()).isEqualTo("canary:fixed+fixed/7");
  }
}
