package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Folders;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.gateway.collect.DataPoint;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the lake's comparisons as a collector of training data keeps them: a line each in {@code
 * training_data_YYYYMMDD.jsonl}, by the day (UTC) on which the question was asked.
 */
final class CollectedRun {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC);

  private final Workspace workspace;

  /**
   * What was written.
   *
   * @param files lines by file
   * @param leftOut comparisons that wait for their answers
   */
  record Result(String folder, Map<String, Long> files, long leftOut) {}

  CollectedRun(Workspace workspace) {
    this.workspace = workspace;
  }

  /** Writes them into a folder that is empty, not there, or may be replaced. */
  Result run(Path target, boolean replace) {
    SortedMap<String, Long> files = new TreeMap<>();
    long leftOut = 0;
    try (Lake lake = workspace.openReadOnly();
        Lines lines = lake.latest(Stream.COMPARISONS)) {
      prepare(target, replace);
      while (lines.hasNext()) {
        if (!write(lines.next().json(), target, files)) {
          leftOut++;
        }
      }
    } catch (IOException e) {
      throw AppError.WORKSPACE_UNUSABLE.because(
          target + " cannot be written: " + e.getMessage(), e);
    }
    if (files.isEmpty()) {
      throw AppError.NOT_FOUND.because(
          "the lake holds no comparison yet: data_collection in treadle.yaml makes some, POST /collect takes some");
    }
    return new Result(target.toString(), files, leftOut);
  }

  private static void prepare(Path target, boolean replace) throws IOException {
    if (Files.exists(target) && replace) {
      Folders.delete(target);
    }
    if (Files.exists(target)) {
      try (java.util.stream.Stream<Path> entries = Files.list(target)) {
        if (entries.findAny().isPresent()) {
          throw AppError.OPTION_INVALID.because(
              "--to: " + target + " is not empty: name another folder or say --replace");
        }
      }
    }
    Files.createDirectories(target);
  }

  private static boolean write(byte[] json, Path target, SortedMap<String, Long> files)
      throws IOException {
    Comparison comparison;
    try {
      if (!(ExampleCodec.decode(json) instanceof Comparison it)
          || it.header().labels().containsKey("state")) {
        return false;
      }
      comparison = it;
    } catch (TreadleException e) {
      return false; // Of a newer version.
    }
    Instant time = comparison.header().source().time().orElse(Instant.EPOCH);
    String name = "training_data_" + DAY.format(time) + ".jsonl";
    // Opened for each line: days are not in order, and there may be many.
    try (OutputStream out =
        Files.newOutputStream(
            target.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write(Json.write(DataPoint.of(comparison)));
      out.write('\n');
    }
    files.merge(name, 1L, Long::sum);
    return true;
  }

  static void print(PrintStream out, Result result) {
    out.println("Wrote comparisons to " + result.folder());
    Table table = new Table();
    result.files().forEach(table::row);
    table.print(out, "  ");
    if (result.leftOut() > 0) {
      out.println("  " + result.leftOut() + " wait for their answers or cannot be read");
    }
  }
}
