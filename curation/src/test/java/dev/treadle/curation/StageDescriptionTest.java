package dev.treadle.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.transcript.Json;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StageDescriptionTest {
  @Test
  void describesEveryStageWithItsParametersAndDefaults() {
    assertThat(StageDescription.ALL.stream().map(StageDescription::name))
        .containsExactlyInAnyOrderElementsOf(Stages.names());
    for (StageDescription stage : StageDescription.ALL) {
      TreeMap<String, String> described = new TreeMap<>();
      for (StageDescription.Parameter parameter : stage.parameters()) {
        described.put(parameter.name(), parameter.otherwise());
      }
      TreeMap<String, String> read = new TreeMap<>();
      Stages.step(Json.mapper().valueToTree(stage.name()), "recipe[0]")
          .parameters()
          .properties()
          .forEach(it -> read.put(it.getKey(), it.getValue().toString()));

      assertThat(described).as(stage.name()).isEqualTo(read);
    }
  }
}
