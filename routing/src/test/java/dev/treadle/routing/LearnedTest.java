package dev.treadle.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a learned policy chooses. */
class LearnedTest {
  private static final Target CODE = Target.parse("code");
  private static final Target GENERAL = Target.parse("general");
  private static final Optional<String> SQL = Optional.of("You write SQL.");

  /** In the template, code is better by 0.3 and costs 0.001, general 0.004. */
  private static LearnedRouter router(int count) {
    List<LearnedRouter.Observation> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double luck = (i % 5 - 2) * 0.2;
      all.add(LearnedRouterTest.observation("q" + i, SQL, 0.5 + luck, 0.4 - luck / 2, "g" + i));
      all.add(
          LearnedRouterTest.observation(
              "q" + i, Optional.of("You write verse."), 0.4 - luck / 2, 0.5 + luck, "h" + i));
    }
    return LearnedRouter.train(all, new LearnedRouter.Options(8, false), 1);
  }

  private static Policy.Learned policy(LearnedRouter router, Objective objective) {
    return new Policy.Learned(
        router, List.of(CODE, GENERAL), GENERAL, objective, Map.of(GENERAL, 1e-6, CODE, 1e-6));
  }

  private static RoutingRequest request(Optional<String> system, boolean isInToolLoop) {
    return new RoutingRequest("q", system, List.of(), Optional.of("c"), isInToolLoop, 1);
  }

  @Test
  void drawsByTheProbabilityOfBeingBest() {
    Policy policy = policy(router(10), Objective.QUALITY);
    Decision first = policy.choose(request(SQL, false), SessionState.EMPTY, 0.5);
    int draws = 20_000;
    int code = 0;
    for (int i = 0; i < draws; i++) {
      Decision it = policy.choose(request(SQL, false), SessionState.EMPTY, (i + 0.5) / draws);
      assertThat(it.propensities()).isEqualTo(first.propensities());
      code += it.target().equals(CODE) ? 1 : 0;
    }
    assertThat(code / (double) draws)
        .isCloseTo(first.propensities().getOrDefault(CODE, 0.0), within(1e-4));
    assertThat(first.propensities().get(CODE)).isBetween(0.6, 0.99);
    assertThat(first.source()).isEqualTo(Decision.Source.LEARNED);
    assertThat(first.chain()).hasSize(2);
  }

  @Test
  void explorationHasAFloorAndShrinksWithKnowledge() {
    RoutingRequest request = request(SQL, false);
    Decision much = policy(router(600), Objective.QUALITY).choose(request, SessionState.EMPTY, 0.9);
    assertThat(much.propensities().get(GENERAL)).isCloseTo(0.01, within(1e-6));

    Decision none =
        policy(router(10), Objective.QUALITY.greedy()).choose(request, SessionState.EMPTY, 0.999);
    assertThat(none.target()).isEqualTo(CODE);
    assertThat(none.propensity()).isEqualTo(1);
    assertThat(none.candidates()).hasSize(2);
  }

  @Test
  void thePriceOfQualityMovesTheChoice() {
    // In verse, general is better by 0.1 and dearer by 0.003 USD.
    RoutingRequest request = request(Optional.of("You write verse."), false);
    LearnedRouter router = router(600);
    assertThat(choose(policy(router, Objective.QUALITY.greedy()), request)).isEqualTo(GENERAL);
    assertThat(choose(policy(router, Objective.QUALITY.greedy().at(100)), request)).isEqualTo(CODE);
  }

  private static Target choose(Policy policy, RoutingRequest request) {
    return policy.choose(request, SessionState.EMPTY, 0.5).target();
  }

  @Test
  void aConversationMovesOnlyWhereThatIsWorthIt() {
    LearnedRouter router = router(600);
    Objective objective = Objective.QUALITY.at(10);
    SessionState cold = new SessionState(Optional.of(GENERAL), false, 0);
    SessionState warm = new SessionState(Optional.of(GENERAL), false, 100_000);

    Decision moved = policy(router, objective).choose(request(SQL, false), cold, 0.5);
    assertThat(moved.target()).isEqualTo(CODE);
    assertThat(moved.source()).isEqualTo(Decision.Source.LEARNED);

    // 100,000 tokens at a millionth of a dollar, at 10 quality a dollar: nothing is worth that.
    Decision stayed = policy(router, objective).choose(request(SQL, false), warm, 0.5);
    assertThat(stayed.target()).isEqualTo(GENERAL);
    assertThat(stayed.source()).isEqualTo(Decision.Source.AFFINITY);
    assertThat(stayed.propensity()).isEqualTo(1);

    Decision locked = policy(router, objective).choose(request(SQL, true), cold, 0.5);
    assertThat(locked.target()).isEqualTo(GENERAL);
    assertThat(locked.candidates()).containsExactly(GENERAL);
  }

  @Test
  void explainsItself() {
    Explanation it = policy(router(600), Objective.QUALITY.at(10)).explain(request(SQL, false));

    assertThat(it.workload()).startsWith("template ");
    assertThat(it.observations()).isEqualTo(600);
    Explanation.Of code = it.models().get(1);
    assertThat(code.model()).isEqualTo("code");
    assertThat(code.everywhere()).isCloseTo(0.45, within(0.01));
    assertThat(code.prior()).isCloseTo(0.5, within(0.01));
    assertThat(code.refinement()).isEqualTo(0);
    assertThat(code.utility()).isCloseTo(code.quality() - 10 * 0.001, within(1e-9));
    assertThat(it.models().stream().mapToDouble(Explanation.Of::probability).sum())
        .isCloseTo(1, within(1e-9));
  }
}
