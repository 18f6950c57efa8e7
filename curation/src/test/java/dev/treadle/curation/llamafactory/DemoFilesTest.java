package dev.treadle.curation.llamafactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** The trainer's own demo files, in their registered entries, are all accepted. */
class DemoFilesTest {
  @TestFactory
  Stream<DynamicTest> acceptsTheTrainersOwnDemoFiles() {
    String data = System.getenv("TREADLE_DATA");
    assumeTrue(
        data != null, "skipped: set TREADLE_DATA to a folder with llamafactory-formats/data");
    Path folder = Path.of(String.valueOf(data), "llamafactory-formats", "data");
    assumeTrue(Files.isDirectory(folder), "skipped: no " + folder);
    JsonNode registry = Cases.JSON.readTree(folder.resolve("dataset_info.json"));
    return registry.properties().stream()
        .filter(
            entry ->
                Files.exists(folder.resolve(entry.getValue().path("file_name").asString("none"))))
        .map(
            entry ->
                DynamicTest.dynamicTest(entry.getKey(), () -> check(folder, entry.getValue())));
  }

  private static void check(Path folder, JsonNode node) throws Exception {
    DatasetEntry entry = DatasetEntry.parse(node);
    FileReport report = DatasetCheck.run(folder, entry, Stage.of(entry), OptionalInt.empty());
    assertThat(report.failures()).isEmpty();
    assertThat(report.rows()).isPositive();
    assertThat(report.accepted()).as(report.toString()).isEqualTo(report.rows());
  }

  @TestFactory
  Stream<DynamicTest> readsEveryEntryOfTheTrainersRegistry() {
    String data = System.getenv("TREADLE_DATA");
    assumeTrue(
        data != null, "skipped: set TREADLE_DATA to a folder with llamafactory-formats/data");
    Path file = Path.of(String.valueOf(data), "llamafactory-formats", "data", "dataset_info.json");
    assumeTrue(Files.exists(file), "skipped: no " + file);
    return Cases.JSON.readTree(file).properties().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () ->
                        assertThat(DatasetEntry.parse(entry.getValue()).ignoredKeys()).isEmpty()));
  }
}
