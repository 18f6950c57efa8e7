package dev.treadle.curation.llamafactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;

/**
 * Judges a whole dataset: its files are read twice, first for the types of the columns, then row by
 * row. Memory does not grow with the number of rows.
 */
public final class DatasetCheck {
  /**
   * How much of a file of JSON lines makes the first Arrow table, whose types the rest must fit.
   */
  private static final long FIRST_TABLE_BYTES = 10L << 20;

  private final DatasetEntry entry;
  private final Stage stage;
  private final OptionalInt cutoffTokens;
  private final Tallies tallies = new Tallies();

  private DatasetCheck(DatasetEntry entry, Stage stage, OptionalInt cutoffTokens) {
    this.entry = entry;
    this.stage = stage;
    this.cutoffTokens = cutoffTokens;
  }

  /**
   * Says what would happen to the dataset of an entry.
   *
   * @param datasetDirectory the folder that holds {@code dataset_info.json}
   * @param cutoffTokens the run's {@code cutoff_len}, for a warning about long rows
   * @throws IOException where a file that exists cannot be read
   */
  public static FileReport run(
      Path datasetDirectory, DatasetEntry entry, Stage stage, OptionalInt cutoffTokens)
      throws IOException {
    DatasetCheck check = new DatasetCheck(entry, stage, cutoffTokens);
    DatasetFiles files = DatasetFiles.of(datasetDirectory, entry.source());
    if (files.failure() != null) {
      check.tallies.fail(files.failure());
    } else {
      check.judge(files.paths());
    }
    return check.tallies.report();
  }

  private void judge(List<Path> files) throws IOException {
    ColumnSketch columns = new ColumnSketch();
    ColumnSketch firstTable = null;
    for (Path file : files) {
      ColumnSketch first = sketch(file, columns, firstTable == null);
      firstTable = firstTable == null ? first : firstTable;
    }
    if (firstTable == null || tallies.hasFailed()) {
      return;
    }
    SchemaRules.check(columns, firstTable, tallies);
    RowBatches batches = new RowBatches(stage, tallies);
    for (Path file : files) {
      judge(file, columns, batches);
    }
    batches.end();
    tallies.failWithoutValidRows(stage);
  }

  /** Adds the rows of a file to the sketch; gives back what the first table of it was like. */
  private ColumnSketch sketch(Path file, ColumnSketch columns, boolean first) throws IOException {
    ColumnSketch table = null;
    long rows = 0;
    try (RowReader reader = RowReader.open(file)) {
      if (reader.startsWithByteOrderMark() && reader.form() == FileForm.ARRAY) {
        tallies.fail(
            Reason.BYTE_ORDER_MARK,
            "%s starts with a byte order mark, which the reader of JSON lists refuses; save it as UTF-8 without one"
                .formatted(file.getFileName()));
      }
      for (var row = reader.next(); row != null; row = reader.next()) {
        columns.add(row.value());
        rows++;
        boolean full = first && table == null && row.endByte() >= FIRST_TABLE_BYTES;
        if (full && reader.form() == FileForm.LINES) {
          table = columns.copy();
        }
      }
      if (reader.form() == FileForm.LINES) {
        SchemaRules.checkTimestamps(columns, entry, tallies);
      }
    } catch (JacksonException e) {
      tallies.fail(Reason.INVALID_JSON, place(file, e));
    }
    if (rows == 0 && !tallies.hasFailed()) {
      tallies.fail(
          Reason.EMPTY_FILE,
          "%s holds no rows; write some or take it out".formatted(file.getFileName()));
    }
    return table == null ? columns.copy() : table;
  }

  private static String place(Path file, JacksonException e) {
    var location = e.getLocation();
    String where =
        location == null
            ? ""
            : " line %d column %d".formatted(location.getLineNr(), location.getColumnNr());
    return "%s%s is not JSON: %s; repair the file"
        .formatted(file.getFileName(), where, e.getOriginalMessage());
  }

  private void judge(Path file, ColumnSketch columns, RowBatches batches) throws IOException {
    try (RowReader reader = RowReader.open(file)) {
      LoaderEmulator emulator = new LoaderEmulator(entry, stage, reader.form(), cutoffTokens);
      String name = String.valueOf(file.getFileName());
      for (var row = reader.next(); row != null; row = reader.next()) {
        LoaderEmulator.Outcome outcome = emulator.judge(row.value(), columns, row.oddities());
        tallies.add(name, row.line(), outcome.verdict());
        batches.add(row.line(), outcome);
      }
    }
  }
}
