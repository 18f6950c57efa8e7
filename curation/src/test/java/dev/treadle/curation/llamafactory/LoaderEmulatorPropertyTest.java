package dev.treadle.curation.llamafactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

class LoaderEmulatorPropertyTest {
  private static final List<DatasetEntry> ENTRIES = entries();

  private static List<DatasetEntry> entries() {
    List<DatasetEntry> entries = new ArrayList<>();
    for (String file : List.of("alpaca.json", "sharegpt.json", "openai.json")) {
      Cases.of(file).map(Cases::entry).distinct().forEach(entries::add);
    }
    return entries;
  }

  @Provide
  Arbitrary<DatasetEntry> anEntry() {
    return Arbitraries.of(ENTRIES);
  }

  /**
   * Valid rows in which one value was replaced by another: near misses find more than noise does.
   */
  @Provide
  Arbitrary<JsonNode> damagedRow() {
    List<String> rows = new ArrayList<>();
    for (String file : List.of("alpaca.json", "sharegpt.json", "openai.json")) {
      Cases.of(file).forEach(one -> rows.add(one.path("row").toString()));
    }
    Arbitrary<String> part =
        Arbitraries.of("\"", "null", "[]", "{}", "3", "true", "\"x\"", "\\ud800");
    return Arbitraries.of(rows)
        .flatMap(
            row ->
                Arbitraries.integers()
                    .between(0, row.length() - 1)
                    .flatMap(
                        at ->
                            part.map(
                                text ->
                                    parsed(
                                        row.substring(0, at) + text + row.substring(at + 1),
                                        row))));
  }

  private static JsonNode parsed(String text, String otherwise) {
    try {
      return Cases.JSON.readTree(text);
    } catch (JacksonException e) {
      return Cases.JSON.readTree(otherwise);
    }
  }

  @Property
  void alwaysComesToAVerdict(
      @ForAll("anEntry") DatasetEntry entry,
      @ForAll("damagedRow") JsonNode row,
      @ForAll Stage stage,
      @ForAll FileForm form) {
    LoaderEmulator emulator = new LoaderEmulator(entry, stage, form, OptionalInt.of(2048));
    assertThat(emulator.judge(row)).isNotNull().isEqualTo(emulator.judge(row));
  }
}
