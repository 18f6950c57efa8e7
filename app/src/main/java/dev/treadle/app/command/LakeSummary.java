package dev.treadle.app.command;

import dev.treadle.app.workspace.Sizes;
import dev.treadle.store.DatasetVersion;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.RawLine;
import dev.treadle.store.ReadReport;
import dev.treadle.store.Runs;
import dev.treadle.store.Stream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A lake in figures.
 *
 * @param bytes of the records that are live
 * @param examples live examples by source and kind
 * @param thinking live examples by what is left of the model's reasoning
 * @param sample ids of a few of them
 */
record LakeSummary(
    String folder,
    long records,
    long superseded,
    long forgotten,
    long bytes,
    long messages,
    long toolCalls,
    SortedMap<String, Long> examples,
    SortedMap<String, Long> projects,
    SortedMap<String, Long> thinking,
    List<String> sample,
    List<Dataset> datasets,
    List<Ran> runs) {

  /** A dataset version. */
  record Dataset(String reference, SortedMap<String, Long> parts, boolean revoked) {}

  /** A run. */
  record Ran(String id, String kind, String status, String message) {}

  private static final int SAMPLE = 3;
  private static final int RUNS = 8;
  private static final int PROJECTS = 12;

  static LakeSummary of(Lake lake) {
    SortedMap<String, Long> examples = new TreeMap<>();
    SortedMap<String, Long> projects = new TreeMap<>();
    SortedMap<String, Long> thinking = new TreeMap<>();
    List<String> sample = new ArrayList<>();
    long bytes = 0;
    long messages = 0;
    long calls = 0;
    ReadReport report;
    try (Lines lines = lake.latest(Stream.EXAMPLES)) {
      while (lines.hasNext()) {
        RawLine line = lines.next();
        byte[] json = line.json();
        Outline outline = Outline.of(json);
        bytes += json.length;
        messages += outline.messages;
        calls += outline.toolCalls;
        examples.merge(outline.system + " " + outline.kind, 1L, Long::sum);
        projects.merge(outline.project, 1L, Long::sum);
        thinking.merge(outline.thinking, 1L, Long::sum);
        if (sample.size() < SAMPLE) {
          sample.add(outline.id);
        }
      }
      report = lines.report();
    }
    return new LakeSummary(
        lake.root().toString(),
        report.records(),
        report.superseded(),
        report.forgotten(),
        bytes,
        messages,
        calls,
        examples,
        projects,
        thinking,
        sample,
        datasets(lake),
        runs(lake));
  }

  private static List<Dataset> datasets(Lake lake) {
    List<Dataset> datasets = new ArrayList<>();
    for (String name : lake.datasets().names()) {
      for (DatasetVersion version : lake.datasets().versions(name)) {
        datasets.add(
            new Dataset(
                version.reference(),
                new TreeMap<>(version.manifest().counts()),
                version.isRevoked()));
      }
    }
    return datasets;
  }

  private static List<Ran> runs(Lake lake) {
    List<Runs.Details> all = lake.runs().list();
    return all.subList(Math.max(0, all.size() - RUNS), all.size()).stream()
        .map(
            run ->
                new Ran(
                    run.id(),
                    run.kind(),
                    run.status().name().toLowerCase(Locale.ROOT),
                    run.message()))
        .toList();
  }

  static void print(PrintStream out, LakeSummary it) {
    out.printf(
        Locale.ROOT,
        "%,d examples of %,d messages and %,d tool calls, %s, in %s%n",
        it.records(),
        it.messages(),
        it.toolCalls(),
        Sizes.of(it.bytes()),
        it.folder());
    if (it.superseded() + it.forgotten() > 0) {
      out.printf(
          Locale.ROOT,
          "  (%,d older revisions and %,d forgotten are not counted)%n",
          it.superseded(),
          it.forgotten());
    }
    section(out, "Sources", it.examples());
    section(out, "Projects", it.projects());
    section(out, "Thinking", it.thinking());
    if (!it.datasets().isEmpty()) {
      out.println("Datasets");
      Table table = new Table();
      it.datasets()
          .forEach(
              dataset ->
                  table.row(
                      dataset.reference(),
                      dataset.parts().toString(),
                      dataset.revoked() ? "revoked" : ""));
      table.print(out, "  ");
    }
    if (!it.runs().isEmpty()) {
      out.println("Last runs");
      Table table = new Table();
      it.runs().forEach(run -> table.row(run.id(), run.kind(), run.status(), run.message()));
      table.print(out, "  ");
    }
    if (!it.sample().isEmpty()) {
      out.println("Read one: treadle data show " + it.sample().getFirst());
    }
  }

  private static void section(PrintStream out, String title, SortedMap<String, Long> counts) {
    if (counts.isEmpty()) {
      return;
    }
    out.println(title);
    Table table = new Table();
    counts.entrySet().stream()
        .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
        .limit(PROJECTS)
        .forEach(entry -> table.row(entry.getKey(), entry.getValue()));
    table.print(out, "  ");
    if (counts.size() > PROJECTS) {
      out.println("  … and " + (counts.size() - PROJECTS) + " more");
    }
  }
}
