package dev.treadle.curation.llamafactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The trainer's own registry and demo files: every entry is understood, every row is accepted. */
class DemoFilesTest {
  private Path folder = Path.of("");
  private JsonNode registry = Cases.JSON.nullNode();

  @BeforeEach
  void findTheFiles() {
    String data = System.getenv("TREADLE_DATA");
    assumeTrue(
        data != null, "skipped: set TREADLE_DATA to a folder with llamafactory-formats/data");
    folder = Path.of(String.valueOf(data), "llamafactory-formats", "data");
    assumeTrue(Files.isDirectory(folder), "skipped: no " + folder);
    registry = Cases.JSON.readTree(folder.resolve("dataset_info.json"));
  }

  @Test
  void acceptsTheTrainersOwnDemoFiles() throws IOException {
    int files = 0;
    for (Map.Entry<String, JsonNode> named : registry.properties()) {
      DatasetEntry entry = DatasetEntry.parse(named.getValue());
      if (!(entry.source() instanceof Source.LocalFile(String file))
          || !Files.exists(folder.resolve(file))) {
        continue;
      }
      FileReport report = DatasetCheck.run(folder, entry, Stage.of(entry), OptionalInt.empty());
      assertThat(report.failures()).as(named.getKey()).isEmpty();
      assertThat(report.rows()).as(named.getKey()).isPositive();
      assertThat(report.accepted()).as(report.toString()).isEqualTo(report.rows());
      files++;
    }
    assertThat(files).isPositive();
  }

  @Test
  void readsEveryEntryOfTheTrainersRegistry() {
    assertThat(registry.properties()).isNotEmpty();
    for (Map.Entry<String, JsonNode> named : registry.properties()) {
      assertThat(DatasetEntry.parse(named.getValue()).ignoredKeys()).as(named.getKey()).isEmpty();
    }
  }
}
