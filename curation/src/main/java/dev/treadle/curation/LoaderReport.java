package dev.treadle.curation;

import dev.treadle.curation.llamafactory.DatasetCheck;
import dev.treadle.curation.llamafactory.DatasetEntry;
import dev.treadle.curation.llamafactory.FileReport;
import dev.treadle.curation.llamafactory.Stage;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * What LLaMA-Factory would do with a dataset, by its emulator.
 *
 * @param dataset the name in {@code dataset_info.json}
 * @param accepted rows that would be trained on
 * @param altered of those, rows that would lose or change something
 * @param dropped rows that would be skipped with a warning
 * @param raised rows that would stop the run
 * @param reasons what would happen to how many, with the first rows
 * @param failures what would stop the run whatever the rows are
 */
public record LoaderReport(
    String dataset,
    long rows,
    long accepted,
    long altered,
    long dropped,
    long raised,
    List<Reason> reasons,
    List<String> failures) {

  /** A reason, how often it came up, and the first row in words. */
  public record Reason(String code, long count, String first) {}

  public LoaderReport {
    reasons = List.copyOf(reasons);
    failures = List.copyOf(failures);
  }

  /**
   * Judges every dataset of a folder's {@code dataset_info.json}.
   *
   * @throws TreadleException if the folder or its registry cannot be read
   */
  public static List<LoaderReport> of(Path folder) {
    Path registry = folder.resolve("dataset_info.json");
    try {
      JsonNode entries = Json.read(Files.readAllBytes(registry));
      List<LoaderReport> reports = new ArrayList<>();
      for (String name : entries.propertyNames()) {
        DatasetEntry entry = DatasetEntry.parse(entries.path(name));
        reports.add(
            of(name, DatasetCheck.run(folder, entry, Stage.of(entry), OptionalInt.empty())));
      }
      return reports;
    } catch (IOException e) {
      throw new TreadleException(
          CurationError.EXPORT_FAILED, registry + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static LoaderReport of(String name, FileReport report) {
    List<Reason> reasons = new ArrayList<>();
    report
        .reasons()
        .forEach(
            (reason, tally) ->
                reasons.add(
                    new Reason(
                        reason.name().toLowerCase(Locale.ROOT), tally.count(), first(tally))));
    return new LoaderReport(
        name,
        report.rows(),
        report.accepted(),
        report.mangled(),
        report.dropped(),
        report.raised(),
        reasons,
        report.failures().stream().map(FileReport.RunFailure::explanation).toList());
  }

  private static String first(FileReport.Tally tally) {
    if (tally.first().isEmpty()) {
      return "";
    }
    FileReport.Place place = tally.first().getFirst();
    return place.file() + ":" + place.line() + ": " + place.explanation();
  }
}
