package dev.treadle.measure.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.measure.statistics.PairedGate.Demand;
import dev.treadle.measure.statistics.PairedGate.GuardRail;
import dev.treadle.measure.statistics.PairedGate.Pair;
import dev.treadle.measure.statistics.PairedGate.Scale;
import dev.treadle.measure.statistics.PairedGate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedGateTest {
  @Test
  void refusesOneComparisonInPlainWords() {
    Verdict verdict = PairedGate.DEFAULT.judge(List.of(new Pair(0, 1, "a")));

    assertThat(verdict.isBetter()).isFalse();
    assertThat(verdict.reasons())
        .containsExactly("1 pair: 30 are needed before anything is compared");
  }

  /** 12 wins against 3 losses: P(X >= 12) of 15 fair coins is 576 of 32768. */
  @Test
  void isTheExactTestOfMcNemarForRightAndWrong() {
    List<Pair> pairs = pairs(12, 3, 85);

    Verdict verdict = PairedGate.DEFAULT.judge(pairs);

    assertThat(verdict.pValue()).isCloseTo(576 / 32768.0, within(1e-9));
    assertThat(verdict.isBetter()).isTrue();
    assertThat(verdict.difference().estimate()).isCloseTo(0.09, within(1e-12));
    assertThat(verdict.difference().low()).isPositive();
  }

  @Test
  void refusesWhereOneConversationSaysItAll() {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      pairs.add(new Pair(0, 1, "the same"));
    }

    assertThat(PairedGate.DEFAULT.judge(pairs).isBetter()).isFalse();
  }

  /** Sums 18, 18, 19 against an imaginary 20: P = 20/38 * 20/38 * 20/39. */
  @Test
  void countsAConversationOnce() {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      pairs.add(new Pair(0, i % 12 == 0 ? 0 : 1, "g" + i / 20));
    }

    assertThat(PairedGate.DEFAULT.judge(pairs).reasons())
        .containsExactly(
            "not proven better: +91.7 points a pair over 60 pairs in 3 groups"
                + " (p = 0.142, needed: below 0.05); pairs of one group count as one, and these groups are few");
  }

  /** 1 of 16 loses 0.8, the others gain 0.1 half the time: small samples often miss the losses. */
  @Test
  void seldomPromotesWhatIsNoBetter() {
    int promoted = 0;
    for (int run = 0; run < 400; run++) {
      SplittableRandom random = new SplittableRandom(run);
      List<Pair> pairs = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        double x = random.nextDouble();
        pairs.add(new Pair(0.85, x < 0.5 ? 0.95 : x < 0.5625 ? 0.05 : 0.85, "g" + i / 2));
      }
      promoted += PairedGate.DEFAULT.judge(pairs).isBetter() ? 1 : 0;
    }
    assertThat(promoted).isLessThan(32);
  }

  @Test
  void judgesNothingAndValuesOutOfRange() {
    Verdict nothing = PairedGate.DEFAULT.judge(List.of());

    assertThat(nothing.isBetter()).isFalse();
    assertThat(nothing.difference()).isEqualTo(new Interval(0, -1, 1));
    assertThatThrownBy(() -> PairedGate.DEFAULT.judge(List.of(new Pair(0, -1, "failed"))))
        .hasMessage("values of the metric must lie in 0..1, not -1.0");
  }

  @Test
  void refusesAGuardRailWithoutPairs() {
    Verdict verdict =
        PairedGate.DEFAULT.judge(
            pairs(40, 3, 57), List.of(new GuardRail("cost", Scale.AMOUNT, 0.1, List.of())));

    assertThat(verdict.isBetter()).isFalse();
    assertThat(verdict.reasons()).singleElement().asString().contains("cost", "0 pairs");
  }

  @Test
  void refusesWhatIsDearerAndSaysSo() {
    List<Pair> costs = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      costs.add(new Pair(0.01 + i * 1e-5, 0.02, "c" + i));
    }

    Verdict verdict =
        PairedGate.DEFAULT.judge(
            pairs(40, 3, 57), List.of(new GuardRail("cost", Scale.AMOUNT, 0.1, costs)));

    assertThat(verdict.isBetter()).isFalse();
    assertThat(verdict.reasons()).singleElement().asString().startsWith("cost: 90.6 % worse");
  }

  @Test
  void promotesWhatIsProvenCheaper() {
    List<Pair> costs = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      costs.add(new Pair(0.02, i % 7 == 0 ? 0.02 : 0.01, "c" + i));
    }

    Verdict verdict =
        PairedGate.DEFAULT.judge(
            pairs(40, 3, 57), List.of(new GuardRail("cost", Scale.AMOUNT, 0.05, costs)));

    assertThat(verdict.isBetter()).as(verdict.toString()).isTrue();
    assertThat(verdict.rails().getFirst().excess().high()).isNegative();
  }

  /** No failure in 100 pairs does not prove that there are fewer than 2 %: that takes 149. */
  @Test
  void knowsTheRuleOfThree() {
    assertThat(failures(140, Demand.PROOF).isBetter()).isFalse();
    assertThat(failures(160, Demand.PROOF).isBetter()).isTrue();
    assertThat(failures(10, Demand.NO_EVIDENCE_AGAINST).isBetter()).isTrue();
  }

  private static Verdict failures(int count, Demand demand) {
    List<Pair> failures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      failures.add(new Pair(0, 0, "f" + i));
    }
    return PairedGate.DEFAULT.judge(
        pairs(40, 3, 57),
        List.of(new GuardRail("failures", Scale.FAILURE, 0.02, demand, failures)));
  }

  private static List<Pair> pairs(int wins, int losses, int ties) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < wins + losses + ties; i++) {
      double live = i < wins ? 0 : 1;
      double candidate = i < wins || i >= wins + losses ? 1 : 0;
      pairs.add(new Pair(live, candidate, "g" + i));
    }
    return pairs;
  }
}
