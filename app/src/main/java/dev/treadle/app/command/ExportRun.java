package dev.treadle.app.command;

import dev.treadle.app.workspace.Workspace;
import dev.treadle.curation.Export;
import dev.treadle.curation.LoaderReport;
import dev.treadle.curation.RenderOptions;
import dev.treadle.curation.Thinking;
import dev.treadle.curation.TrainerFormat;
import dev.treadle.store.DatasetVersion;
import dev.treadle.store.Lake;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One export of a dataset version. */
final class ExportRun {
  private final Workspace workspace;
  private final TrainerFormat format;
  private final Thinking thinking;

  /** What was written, and what LLaMA-Factory would make of it. */
  record Result(String dataset, Export.Result export, List<LoaderReport> loader) {}

  ExportRun(Workspace workspace, TrainerFormat format, Thinking thinking) {
    this.workspace = workspace;
    this.format = format;
    this.thinking = thinking;
  }

  Result run(String reference, Path target, boolean replace) {
    try (Lake lake = workspace.openReadOnly()) {
      DatasetVersion version = DatasetReference.find(lake, reference);
      RenderOptions options =
          RenderOptions.of(
              thinking,
              sha256 ->
                  lake.blobs().exists(sha256)
                      ? Optional.of(lake.blobs().get(sha256))
                      : Optional.empty());
      Export export = new Export(format, options, version.manifest().name());
      Export.Result written = export.write(target, part -> examples(version, part), replace);
      List<LoaderReport> loader =
          format == TrainerFormat.LLAMA_FACTORY ? LoaderReport.of(target) : List.of();
      return new Result(version.reference(), written, loader);
    }
  }

  private static Iterator<Example> examples(DatasetVersion version, String part) {
    DatasetVersion.Split split = DatasetVersion.Split.valueOf(part.toUpperCase(Locale.ROOT));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(version.read(split), StandardCharsets.UTF_8));
    return new Iterator<>() {
      private Optional<String> next = read();

      private Optional<String> read() {
        try {
          Optional<String> line = Optional.ofNullable(lines.readLine());
          if (line.isEmpty()) {
            lines.close();
          }
          return line;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public boolean hasNext() {
        return next.isPresent();
      }

      @Override
      public Example next() {
        Example example = ExampleCodec.decode(next.orElseThrow().getBytes(StandardCharsets.UTF_8));
        next = read();
        return example;
      }
    };
  }

  static void print(PrintStream out, Result result) {
    Export.Result written = result.export();
    out.println(
        "Wrote " + result.dataset() + " as " + written.format() + " to " + written.folder());
    counts(out, "rows", written.rows());
    counts(out, "left out", written.leftOut());
    counts(out, "lost in this format", written.losses());
    for (LoaderReport report : result.loader()) {
      out.printf(
          Locale.ROOT,
          "LLaMA-Factory on %s: %,d of %,d rows accepted (%,d altered), %,d dropped, %,d stop the run%n",
          report.dataset(),
          report.accepted(),
          report.rows(),
          report.altered(),
          report.dropped(),
          report.raised());
      report.failures().forEach(failure -> out.println("  stops the run: " + failure));
      for (LoaderReport.Reason reason : report.reasons()) {
        out.printf(
            Locale.ROOT, "  %,d × %s, first %s%n", reason.count(), reason.code(), reason.first());
      }
    }
  }

  private static void counts(PrintStream out, String title, java.util.Map<String, Long> counts) {
    if (counts.isEmpty()) {
      return;
    }
    out.println("  " + title);
    Table table = new Table();
    counts.forEach(table::row);
    table.print(out, "    ");
  }
}
