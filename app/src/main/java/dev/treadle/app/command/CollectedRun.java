package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.curation.ExportFolder;
import dev.treadle.gateway.collect.DataPoint;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.Stream;
import dev.treadle.transcript.Comparison;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.BufferedOutputStream;
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
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

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
    AtomicLong leftOut = new AtomicLong();
    try (Lake lake = workspace.openReadOnly();
        Lines lines = lake.latest(Stream.COMPARISONS)) {
      ExportFolder.write(
          target,
          replace,
          partial -> {
            leftOut.set(write(lines, partial, files));
            if (files.isEmpty()) {
              throw AppError.NOT_FOUND.because(
                  "the lake holds no comparison yet: data_collection in treadle.yaml makes some, POST /collect takes some");
            }
          });
    }
    return new Result(target.toString(), files, leftOut.get());
  }

  /** Writes each to its day's file; tells how many were none to write. */
  private static long write(Lines lines, Path folder, SortedMap<String, Long> files)
      throws IOException {
    long leftOut = 0;
    String open = "";
    OutputStream out = OutputStream.nullOutputStream();
    try {
      while (lines.hasNext()) {
        Optional<Comparison> comparison = answered(lines.next().json());
        if (comparison.isEmpty()) {
          leftOut++;
          continue;
        }
        String name = file(comparison.get());
        if (!name.equals(open)) { // Mostly in the order of time: one day's file after the other.
          out.close();
          out = append(folder.resolve(name));
          open = name;
        }
        out.write(Json.write(DataPoint.of(comparison.get())));
        out.write('\n');
        files.merge(name, 1L, Long::sum);
      }
    } finally {
      out.close();
    }
    return leftOut;
  }

  private static OutputStream append(Path file) throws IOException {
    return new BufferedOutputStream(
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  private static String file(Comparison comparison) {
    Instant time = comparison.header().source().time().orElse(Instant.EPOCH);
    return "training_data_" + DAY.format(time) + ".jsonl";
  }

  /** A comparison that has its answers; empty for what waits for them or cannot be read. */
  private static Optional<Comparison> answered(byte[] json) {
    try {
      return ExampleCodec.decode(json) instanceof Comparison it && DataPoint.isAnswered(it)
          ? Optional.of(it)
          : Optional.empty();
    } catch (TreadleException e) {
      return Optional.empty(); // Of a newer version.
    }
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
