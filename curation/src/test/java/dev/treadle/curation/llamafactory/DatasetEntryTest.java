package dev.treadle.curation.llamafactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class DatasetEntryTest {
  private static DatasetEntry parse(String json) {
    return DatasetEntry.parse(Cases.JSON.readTree(json));
  }

  @Test
  void takesDefaultsWhereColumnsAndTagsAreAbsent() {
    DatasetEntry entry = parse("{\"file_name\": \"a.json\"}");
    assertThat(entry.formatting()).isEqualTo(Formatting.ALPACA);
    assertThat(entry.columns()).isEqualTo(Columns.DEFAULTS);
    assertThat(entry.tags()).isEqualTo(Tags.DEFAULTS);
    assertThat(Stage.of(entry)).isEqualTo(Stage.SUPERVISED);
  }

  @Test
  void leavesOutWhatPresentColumnsLeaveOut() {
    DatasetEntry entry =
        parse("{\"file_name\": \"a.json\", \"columns\": {\"prompt\": \"q\"}, \"tags\": {}}");
    assertThat(entry.columns().prompt()).isEqualTo("q");
    assertThat(entry.columns().response()).isNull();
    assertThat(entry.columns().messages()).isNull();
    assertThat(entry.tags().user()).isNull();
    assertThat(Stage.of(entry)).isEqualTo(Stage.PRETRAINING);
  }

  @Test
  void derivesTheStageFromRankingAndLabel() {
    assertThat(Stage.of(parse("{\"file_name\": \"a\", \"ranking\": true}")))
        .isEqualTo(Stage.PREFERENCE);
    assertThat(Stage.of(parse("{\"file_name\": \"a\", \"columns\": {\"kto_tag\": \"label\"}}")))
        .isEqualTo(Stage.KTO);
  }

  @Test
  void namesKeysThatTheLoaderIgnores() {
    DatasetEntry entry =
        parse("{\"file_name\": \"a\", \"column\": {}, \"columns\": {\"instruction\": \"q\"}}");
    assertThat(entry.ignoredKeys()).containsExactly("column", "columns.instruction");
  }

  @Test
  void refusesWhatTheTrainerRefuses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("{}"))
        .withMessageContaining("file_name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("{\"file_name\": \"a\", \"formatting\": \"chatml\"}"))
        .withMessageContaining("chatml");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("{\"file_name\": \"a\", \"columns\": []}"))
        .withMessageContaining("columns");
  }
}
