package dev.treadle.measure.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BestAnswerTest {
  private static BestAnswer among(Map<String, Double> scores) {
    return BestAnswer.among(scores, model -> model.substring(0, 1), 0.5, 0.01);
  }

  @Test
  void isTheBestModels() {
    assertThat(among(Map.of("a1", 0.7, "b1", 0.8, "c1", Double.NaN, "d1", -1.0, "e1", 9.0)))
        .isEqualTo(new BestAnswer.Of("b1", "b", 0.8));
  }

  @Test
  void isATieOnlyBetweenLabels() {
    assertThat(among(Map.of("a2", 0.8, "a1", 0.8, "b1", 0.7)))
        .isEqualTo(new BestAnswer.Of("a1", "a", 0.8));
    assertThat(among(Map.of("a1", 0.8, "b1", 0.795))).isEqualTo(BestAnswer.None.TIE);
    assertThat(among(Map.of("a1", 0.8, "b1", 0.785))).isEqualTo(new BestAnswer.Of("a1", "a", 0.8));
  }

  @Test
  void isNobodysWhereNoneIsGood() {
    assertThat(among(Map.of("a1", 0.4, "b1", 0.4))).isEqualTo(BestAnswer.None.LOW_SCORE);
    assertThat(among(Map.of("a1", -1.0))).isEqualTo(BestAnswer.None.NO_SCORE);
    assertThat(among(Map.of())).isEqualTo(BestAnswer.None.NO_SCORE);
  }
}
