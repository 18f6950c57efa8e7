package dev.treadle.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.measure.score.BestAnswer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which comparisons become lines of a classifier's training set. */
class RouteDatasetTest {
  private static final RouteDataset.Settings SETTINGS =
      new RouteDataset.Settings(
          0.5, 0.01, Map.of("qwen-math-7b", "math", "qwen-code-7b", "code"), "general");

  private static LearnedRouter.Observation asked(String text, Map<String, Double> scores) {
    return new LearnedRouter.Observation(RoutingRequest.of(text), scores, Map.of(), text);
  }

  private static RouteDataset dataset() {
    return RouteDataset.of(
        List.of(
            asked("求解方程 \"x²\"", Map.of("qwen-math-7b", 0.9, "qwen-max", 0.8)),
            asked("sort", Map.of("qwen-code-7b", 0.6, "qwen-max", -1.0)),
            asked("sum", Map.of("qwen-math-7b", 0.7, "qwen-code-7b", 0.1)),
            asked("hello", Map.of("qwen-max", 0.9, "qwen-plus", 0.9)),
            asked("tie", Map.of("qwen-max", 0.9, "qwen-math-7b", 0.895)),
            asked("bad", Map.of("qwen-max", 0.4, "qwen-math-7b", 0.2)),
            asked("dead", Map.of("qwen-max", -1.0))),
        SETTINGS);
  }

  @Test
  void labelsByTheBestModelAndCountsWhatItLeavesOut() {
    RouteDataset it = dataset();

    assertThat(it.lines().stream().map(RouteDataset.Line::label))
        .containsExactly("math", "code", "math", "general");
    assertThat(it.leftOut())
        .isEqualTo(
            Map.of(
                BestAnswer.None.TIE, 1,
                BestAnswer.None.LOW_SCORE, 1,
                BestAnswer.None.NO_SCORE, 1));
    assertThat(it.lines().getFirst().json())
        .isEqualTo("{\"text\":\"求解方程 \\\"x²\\\"\",\"label\":\"math\"}");
  }

  @Test
  void reportsAsPeopleReadIt() {
    assertThat(dataset().report())
        .isEqualTo(
            """
            ================================================================================
            Data Quality Analysis
            ================================================================================

            Label Distribution:
              math: 2
              code: 1
              general: 1

            Score Statistics:
              Mean: 0.775
              Min: 0.600
              Max: 0.900

            Average Score by Category:
              math: 0.800
              code: 0.600
              general: 0.900

            Left out:
              no score: 1
              low score: 1
              tie: 1
            """);
    assertThat(RouteDataset.of(List.of(), SETTINGS).report()).contains("Mean: 0.000");
  }
}
