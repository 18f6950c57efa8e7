package dev.treadle.curation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.Json;
import org.junit.jupiter.api.Test;

class RecipeTest {
  private static Recipe parse(String json) {
    return Recipe.parse(Json.read(json));
  }

  @Test
  void fillsInTheDefaults() {
    assertThat(parse("[{\"near-duplicates\":null}]").describe().toString())
        .isEqualTo("[{\"near-duplicates\":{\"threshold\":0.7}}]");
    assertThat(parse("[\"near-duplicates\"]").steps().getFirst().lineage())
        .isEqualTo(
            parse("[{\"near-duplicates\":{\"threshold\":0.7}}]").steps().getFirst().lineage())
        .isNotEqualTo(
            parse("[{\"near-duplicates\":{\"threshold\":0.8}}]").steps().getFirst().lineage());
  }

  @Test
  void namesTheStepAndTheNearestRightWord() {
    assertThatThrownBy(() -> parse("[\"select\",\"exact-duplicate\"]"))
        .hasMessage(
            "recipe[1]: there is no stage 'exact-duplicate': did you mean 'exact-duplicates'?");
    assertThatThrownBy(() -> parse("[{\"select\":{\"min-mesages\":1}}]"))
        .hasMessage(
            "recipe[0].select: there is no parameter 'min-mesages': did you mean 'min-messages'?");
    assertThatThrownBy(() -> parse("[{\"near-duplicates\":{\"threshold\":\"high\"}}]"))
        .hasMessageContaining("recipe[0].near-duplicates.threshold: expected a number from 0 to 1");
    assertThatThrownBy(() -> parse("[{\"near-duplicates\":{\"threshold\":0}}]"))
        .hasMessageContaining("more than 0");
    assertThatThrownBy(() -> parse("[{\"replays\":{\"any\":1}}]"))
        .hasMessageContaining("it has none");
    assertThatThrownBy(() -> parse("[7]"))
        .hasMessageContaining("recipe[0]: expected a stage's name");
    assertThatThrownBy(() -> parse("{}")).hasMessageContaining("expected a list of stages");
  }

  @Test
  void splitsByTheGroupAloneAndForEver() {
    Splits splits = new Splits(0.05, 0.05);
    int test = 0;
    int val = 0;
    for (int i = 0; i < 20_000; i++) {
      String part = splits.of("session " + i);
      assertThat(splits.of("session " + i)).isEqualTo(part);
      test += part.equals("test") ? 1 : 0;
      val += part.equals("val") ? 1 : 0;
    }
    assertThat(test).isBetween(900, 1100);
    assertThat(val).isBetween(900, 1100);
    // Written down: a change of the hash would move examples of existing lakes.
    assertThat(splits.of("f0c1a7de-0000-4000-8000-000000000001")).isEqualTo("train");
    assertThatThrownBy(() -> new Splits(0.5, 0.5))
        .hasMessageContaining("leave something for train");
  }
}
