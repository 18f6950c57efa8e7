package dev.treadle.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.measure.statistics.CostQuality;
import dev.treadle.measure.statistics.Interval;
import dev.treadle.measure.statistics.PairedGate;
import dev.treadle.transcript.TreadleException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What policies would have got. */
class PolicyEvaluationTest {
  private static final Target CODE = Target.parse("code");
  private static final Target GENERAL = Target.parse("general");
  private static final List<Target> BOTH = List.of(CODE, GENERAL);

  private static PolicyEvaluation.Result named(List<PolicyEvaluation.Result> results, String name) {
    return results.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void baselinesAreWhatTheySay() {
    List<LearnedRouter.Observation> all =
        List.of(
            LearnedRouterTest.observation("a", Optional.empty(), 1, 0, "1"),
            LearnedRouterTest.observation("b", Optional.empty(), 1, 0, "2"),
            LearnedRouterTest.observation("c", Optional.empty(), 0, 1, "3"),
            LearnedRouterTest.observation("d", Optional.empty(), -1, -1, "4"));
    List<PolicyEvaluation.Result> results = new PolicyEvaluation(all, 1).baselines(BOTH);

    assertThat(named(results, "always code").quality().estimate()).isCloseTo(2 / 3.0, within(1e-9));
    assertThat(named(results, "always code").leftOut()).isEqualTo(1);
    assertThat(named(results, "majority").quality().estimate()).isCloseTo(2 / 3.0, within(1e-9));
    assertThat(named(results, "random").quality().estimate()).isCloseTo(0.5, within(1e-9));
    assertThat(named(results, "random").costUsd()).isCloseTo(0.0025, within(1e-9));
    assertThat(named(results, "oracle").quality().estimate()).isEqualTo(1);
    assertThat(named(results, "oracle").costUsd()).isCloseTo(0.002, within(1e-9));
  }

  @Test
  void namesWhoseAnswersCountAsFree() {
    List<LearnedRouter.Observation> all =
        List.of(
            asked(Map.of("code", 1.0, "general", 0.0), Map.of("code", 0.01, "general", 0.02)),
            asked(Map.of("code", 1.0, "general", 0.0), Map.of("general", 0.02)),
            asked(Map.of("general", 0.0), Map.of("general", 0.02)));

    assertThat(new PolicyEvaluation(all, 1).unpriced(BOTH))
        .containsExactly(new PolicyEvaluation.Unpriced("code", 1, 2));
  }

  private static LearnedRouter.Observation asked(
      Map<String, Double> scores, Map<String, Double> costs) {
    return new LearnedRouter.Observation(RoutingRequest.of("a"), scores, costs, "1");
  }

  @Test
  void aLearnedPolicyBeatsTheMajorityAndPassesTheGate() {
    List<LearnedRouter.Observation> all = LearnedRouterTest.byText(400, Optional.empty());
    LearnedRouter router =
        LearnedRouter.train(all.subList(0, 200), LearnedRouter.Options.DEFAULT, 1);
    Policy.Learned learned = new Policy.Learned(router, BOTH, GENERAL, Objective.QUALITY, Map.of());
    PolicyEvaluation heldOut = new PolicyEvaluation(all.subList(200, 400), 1);
    Policy live = new Policy.Chain(List.of(heldOut.majority(BOTH).orElseThrow()));

    assertThat(heldOut.of("learned", learned).quality().low())
        .isGreaterThan(heldOut.of("live", live).quality().high());
    PolicyEvaluation.Pairs pairs = heldOut.pairs(live, learned);
    assertThat(pairs.quality()).hasSize(200);
    assertThat(pairs.costUsd()).hasSize(200);
    assertThat(PairedGate.DEFAULT.judge(pairs.quality()).isBetter()).isTrue();
    assertThat(PairedGate.DEFAULT.judge(heldOut.pairs(learned, live).quality()).isBetter())
        .isFalse();
    assertThat(
            heldOut.byWorkload(learned).stream()
                .mapToInt(PolicyEvaluation.Result::comparisons)
                .sum())
        .isEqualTo(200);
  }

  /** Four models, each good at one subject, asked in two languages; scores with noise. */
  @Test
  void learnsFourModelsFromFewComparisons() {
    List<List<String>> subjects =
        List.of(
            List.of("solve the equation x^2 + %d = 3", "求解方程 x + %d = 7"),
            List.of("write a function that sorts %d lists", "用 Python 写一个函数，处理 %d 个列表"),
            List.of("which medicine helps against %d fevers", "发烧 %d 天应该吃什么药"),
            List.of("write a poem of %d verses about spring", "写一首关于春天的 %d 行诗"));
    List<String> models = List.of("maths", "code", "medicine", "writing");
    Random random = new Random(11);
    List<LearnedRouter.Observation> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int subject = random.nextInt(4);
      String text = subjects.get(subject).get(random.nextInt(2)).formatted(random.nextInt(90));
      Map<String, Double> scores = new LinkedHashMap<>();
      for (int m = 0; m < 4; m++) {
        double mean = m == subject ? 0.8 : 0.4;
        scores.put(models.get(m), Math.clamp(mean + 0.2 * random.nextGaussian(), 0, 1));
      }
      all.add(new LearnedRouter.Observation(RoutingRequest.of(text), scores, Map.of(), "g" + i));
    }
    List<Target> targets = models.stream().map(Target::parse).toList();
    LearnedRouter router =
        LearnedRouter.train(all.subList(0, 240), LearnedRouter.Options.DEFAULT, 1);
    PolicyEvaluation heldOut = new PolicyEvaluation(all.subList(240, 300), 1);
    Policy learned =
        new Policy.Learned(
            router, targets, targets.getFirst(), Objective.QUALITY.greedy(), Map.of());
    Policy live = new Policy.Chain(List.of(heldOut.majority(targets).orElseThrow()));

    assertThat(heldOut.of("learned", learned).quality().estimate()).isGreaterThan(0.72);
    assertThat(PairedGate.DEFAULT.judge(heldOut.pairs(live, learned).quality()).isBetter())
        .isTrue();
  }

  @Test
  void aHigherPriceOfQualityCostsLess() {
    List<LearnedRouter.Observation> all = LearnedRouterTest.byText(200, Optional.empty());
    Policy.Learned learned =
        new Policy.Learned(
            LearnedRouter.train(all, LearnedRouter.Options.DEFAULT, 1),
            BOTH,
            GENERAL,
            Objective.QUALITY,
            Map.of());
    List<CostQuality.Point> points =
        new PolicyEvaluation(all, 1).sweep(learned, List.of(0.0, 100.0, 1000.0));

    assertThat(points.get(2).cost()).isLessThan(points.get(0).cost());
    assertThat(points.get(2).quality()).isLessThan(points.get(0).quality());
  }

  @Test
  void estimatesFromTrafficWhatThePolicyWouldHaveGot() {
    Map<Target, Double> even = new LinkedHashMap<>();
    even.put(CODE, 0.5);
    even.put(GENERAL, 0.5);
    Random random = new Random(4);
    List<TrafficEvaluation.Logged> log = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      Target chosen = random.nextBoolean() ? CODE : GENERAL;
      double reward = random.nextDouble() < (chosen.equals(CODE) ? 0.8 : 0.5) ? 1 : 0;
      log.add(
          new TrafficEvaluation.Logged(
              RoutingRequest.of("q" + i), SessionState.EMPTY, chosen, even, reward, "c" + i));
    }
    Policy candidate = new Policy.Weighted(Map.of(CODE, 3.0, GENERAL, 1.0), List.of());
    TrafficEvaluation.Estimates it = TrafficEvaluation.of(candidate, log, Optional.empty());

    double truth = 0.75 * 0.8 + 0.25 * 0.5;
    for (Interval interval : List.of(it.inversePropensity(), it.selfNormalized())) {
      assertThat(interval.contains(truth)).isTrue();
      assertThat(interval.width()).isLessThan(0.1);
    }
    assertThat(it.replay().contains(0.8)).isTrue();
    assertThat(it.doublyRobust()).isEmpty();
    assertThat(it.records()).isEqualTo(4000);

    LearnedRouter router =
        LearnedRouter.train(
            LearnedRouterTest.byText(40, Optional.empty()), LearnedRouter.Options.DEFAULT, 1);
    assertThat(
            TrafficEvaluation.of(candidate, log, Optional.of(router))
                .doublyRobust()
                .orElseThrow()
                .contains(truth))
        .isTrue();
    assertThatThrownBy(() -> TrafficEvaluation.of(candidate, List.of(), Optional.empty()))
        .isInstanceOf(TreadleException.class);
  }
}
