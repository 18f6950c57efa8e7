package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Folders;
import dev.treadle.app.workspace.ProgressLine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.curation.Curation;
import dev.treadle.curation.Funnel;
import dev.treadle.curation.Recipe;
import dev.treadle.store.DatasetDraft;
import dev.treadle.store.DatasetVersion;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.store.Run;
import dev.treadle.store.Runs;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** One run of the recipe over a workspace's lake. */
final class CurateRun {
  private static final String SCRATCH = "curate-";

  private final Workspace workspace;

  /** The version that was made, and how the examples came to it. */
  record Result(
      String run,
      String dataset,
      String folder,
      List<Funnel.Row> funnel,
      Map<String, Long> parts) {}

  CurateRun(Workspace workspace) {
    this.workspace = workspace;
  }

  Result run(String name) {
    Recipe recipe = workspace.configuration().recipe();
    try (Lake lake = workspace.open();
        Run run = lake.runs().start("curate", configuration(recipe), List.of("examples"))) {
      try {
        return run(lake, run, recipe, name);
      } catch (TreadleException e) {
        run.finish(Runs.Status.FAILED, List.of(), String.valueOf(e.getMessage()));
        throw e;
      }
    }
  }

  private ObjectNode configuration(Recipe recipe) {
    ObjectNode configuration = Json.object();
    configuration.set("recipe", recipe.describe());
    configuration.set("split", Json.mapper().valueToTree(workspace.configuration().splits()));
    return configuration;
  }

  private Result run(Lake lake, Run run, Recipe recipe, String name) {
    Path cache = lake.root().resolve("cache");
    deleteLeftovers(lake, cache);
    Path scratch = cache.resolve(SCRATCH + run.id());
    Curation curation = new Curation(recipe, workspace.configuration().splits(), scratch);
    try (DatasetDraft draft = lake.datasets().draft(name);
        Lines lines = lake.latest(dev.treadle.store.Stream.EXAMPLES);
        ProgressLine progress = new ProgressLine(workspace.machine())) {
      Curation.Result made =
          curation.run(
              examples(lines, progress),
              (part, example) -> draft.add(split(part), ExampleCodec.encode(example)));
      if (made.parts().isEmpty()) {
        throw AppError.NOT_FOUND.because(
            "nothing is left to make a dataset of: "
                + made.funnel().rows().getFirst().in()
                + " examples came in; treadle import brings more, and the recipe in "
                + Workspace.FILE
                + " says what is left out");
      }
      write(run, made);
      DatasetVersion version =
          draft.commit(recipe.describe().toString(), List.of("examples"), run.id(), card(made));
      run.finish(Runs.Status.SUCCEEDED, List.of(version.reference()), version.reference());
      return new Result(
          run.id(),
          version.reference(),
          version.folder().toString(),
          made.funnel().rows(),
          made.parts());
    } finally {
      delete(scratch);
    }
  }

  private static Iterator<Example> examples(Lines lines, ProgressLine progress) {
    return new Iterator<>() {
      private long read;

      @Override
      public boolean hasNext() {
        return lines.hasNext();
      }

      @Override
      public Example next() {
        progress.count(++read, "examples read");
        return ExampleCodec.decode(lines.next().json());
      }
    };
  }

  private static DatasetVersion.Split split(String part) {
    return DatasetVersion.Split.valueOf(part.toUpperCase(Locale.ROOT));
  }

  /** The funnel and the traced samples go beside the run's record. */
  private static void write(Run run, Curation.Result made) {
    try {
      Files.writeString(
          run.folder().resolve("funnel.json"),
          Json.pretty(Json.mapper().valueToTree(made.funnel())) + "\n");
      StringBuilder trace = new StringBuilder();
      made.trace().forEach(sample -> trace.append(sample).append('\n'));
      Files.writeString(run.folder().resolve("trace.jsonl"), trace);
    } catch (IOException e) {
      throw AppError.WORKSPACE_UNUSABLE.because(
          "the run's folder " + run.folder() + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static String card(Curation.Result made) {
    StringBuilder card = new StringBuilder("## How it was made\n\n");
    card.append("| stage | in | out | left out |\n| --- | --- | --- | --- |\n");
    for (Funnel.Row row : made.funnel().rows()) {
      card.append(
          "| %s | %d | %d | %s |%n".formatted(row.stage(), row.in(), row.out(), reasons(row)));
    }
    return card.toString();
  }

  private static String reasons(Funnel.Row row) {
    StringBuilder reasons = new StringBuilder();
    new TreeMap<>(row.dropped())
        .forEach(
            (reason, count) ->
                reasons
                    .append(reasons.isEmpty() ? "" : ", ")
                    .append(count)
                    .append(' ')
                    .append(reason));
    return reasons.toString();
  }

  /** What a killed run was at holds examples, some of which may be forgotten since. */
  private static void deleteLeftovers(Lake lake, Path cache) {
    Set<String> running =
        lake.runs().list().stream()
            .filter(run -> run.status() == Runs.Status.RUNNING)
            .map(run -> SCRATCH + run.id())
            .collect(Collectors.toSet());
    try (Stream<Path> entries = Files.list(cache)) {
      entries
          .filter(entry -> String.valueOf(entry.getFileName()).startsWith(SCRATCH))
          .filter(entry -> !running.contains(String.valueOf(entry.getFileName())))
          .forEach(CurateRun::delete);
    } catch (IOException e) {
      throw AppError.WORKSPACE_UNUSABLE.because(cache + " cannot be listed: " + e.getMessage(), e);
    }
  }

  private static void delete(Path scratch) {
    try {
      if (Files.exists(scratch)) {
        Folders.delete(scratch);
      }
    } catch (IOException e) {
      // The next run tries again.
    }
  }

  static void print(PrintStream out, Result result) {
    Table funnel = new Table().row("stage", "in", "out", "left out");
    for (Funnel.Row row : result.funnel()) {
      String changed = row.changed() == 0 ? "" : "(" + row.changed() + " changed) ";
      funnel.row(row.stage(), row.in(), row.out(), changed + reasons(row));
    }
    funnel.print(out, "  ");
    Table parts = new Table();
    result.parts().forEach(parts::row);
    out.println("Dataset " + result.dataset() + " in " + result.folder());
    parts.print(out, "  ");
    out.println("What was left out and why, with samples: runs/" + result.run() + "/trace.jsonl");
  }
}
