package dev.treadle.training.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.testkit.Project;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class LearningRateTest {
  @Test
  void isThatOfTransformersAtEveryStep() throws IOException {
    JsonNode golden =
        Json.read(
            Files.readAllBytes(
                Project.root().resolve("training/src/test/resources/settings/schedules.json")));
    double peak = golden.path("peak").doubleValue();
    int compared = 0;
    for (JsonNode it : golden.path("cases")) {
      int total = it.path("total").intValue();
      WarmUp warmUp = new WarmUp.Ratio(it.path("ratio").doubleValue());
      LearningRate rate =
          new LearningRate(
              peak,
              warmUp,
              Decay.valueOf(it.path("decay").stringValue()),
              it.path("minimum").doubleValue());
      assertThat(warmUp.steps(total)).isEqualTo(it.path("warm_up").intValue());
      for (int step = 0; step < it.path("rates").size(); step++) {
        assertThat(rate.at(step, total))
            .as("%s at %s", rate, step)
            .isCloseTo(it.path("rates").path(step).doubleValue(), within(peak * 1e-12));
        compared++;
      }
    }
    assertThat(compared).isEqualTo(4 * (3 + 9 + 42 + 103 + 25));
  }

  @Test
  void linearDecayEndsAtTheMinimum() {
    LearningRate rate = new LearningRate(1, new WarmUp.Steps(2), Decay.LINEAR, 0.25);

    assertThat(rate.at(1, 6)).isEqualTo(0.5);
    assertThat(rate.at(2, 6)).isEqualTo(1);
    assertThat(rate.at(4, 6)).isEqualTo(0.625);
    assertThat(rate.at(6, 6)).isEqualTo(0.25);
  }

  @Test
  void warmUpLongerThanTheRunOnlyRises() {
    LearningRate rate = new LearningRate(1, new WarmUp.Steps(10), Decay.COSINE, 0);

    assertThat(rate.at(4, 5)).isEqualTo(0.4);
  }
}
