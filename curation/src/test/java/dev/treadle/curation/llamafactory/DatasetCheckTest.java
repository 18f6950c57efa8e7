package dev.treadle.curation.llamafactory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DatasetCheckTest {
  @TempDir Path folder = Path.of("");

  @TestFactory
  Stream<DynamicTest> judgesFilesAsTheTrainerDoes() {
    return Cases.of("files.json")
        .map(one -> DynamicTest.dynamicTest(one.path("name").stringValue(), () -> check(one)));
  }

  private void check(JsonNode one) throws IOException {
    Path directory = Files.createTempDirectory(folder, "case");
    write(directory.resolve(one.path("file").stringValue()), one.path("text"));
    FileReport report =
        DatasetCheck.run(directory, Cases.entry(one), Cases.stage(one), OptionalInt.empty());
    Set<String> failures = new TreeSet<>();
    report.failures().forEach(failure -> failures.add(failure.reason().code()));
    Set<String> reasons = new TreeSet<>();
    report.reasons().keySet().forEach(reason -> reasons.add(reason.code()));
    assertThat(failures + " " + reasons)
        .as(report.toString())
        .isEqualTo(Cases.texts(one.path("failures")) + " " + Cases.texts(one.path("reasons")));
    assertThat(report.accepted() + report.dropped() + report.raised()).isEqualTo(report.rows());
  }

  @Test
  void refusesOtherEncodingsThanUtf8() throws IOException {
    Path directory = Files.createTempDirectory(folder, "utf16");
    Files.writeString(directory.resolve("d.json"), "[{}]", StandardCharsets.UTF_16);
    DatasetEntry entry = DatasetEntry.parse(Cases.JSON.readTree("{\"file_name\": \"d.json\"}"));
    FileReport report = DatasetCheck.run(directory, entry, Stage.SUPERVISED, OptionalInt.empty());
    assertThat(report.failures())
        .extracting(FileReport.RunFailure::reason)
        .containsExactly(Reason.INVALID_JSON);
    assertThat(report.isLoadable()).isFalse();
  }

  @Test
  void tellsTheFirstPlaces() throws IOException {
    Path directory = Files.createTempDirectory(folder, "places");
    String good = "{\"instruction\":\"a\",\"input\":\"\",\"output\":\"b\"}\n";
    Files.writeString(directory.resolve("d.jsonl"), good + good + good.replace("\"b\"", "null"));
    DatasetEntry entry = DatasetEntry.parse(Cases.JSON.readTree("{\"file_name\": \"d.jsonl\"}"));
    FileReport report = DatasetCheck.run(directory, entry, Stage.SUPERVISED, OptionalInt.empty());
    assertThat(report.reasons()).containsOnlyKeys(Reason.NO_RESPONSE);
    assertThat(report.reasons().values().iterator().next().first())
        .extracting(FileReport.Place::line)
        .containsExactly(3L);
  }

  private static void write(Path file, JsonNode text) throws IOException {
    if (text.isString()) {
      Files.writeString(file, text.stringValue());
    } else if (text.isObject()) {
      String many = (text.path("row") + "\n").repeat(text.path("times").intValue());
      Files.writeString(file, many + text.path("then") + "\n");
    }
  }
}
