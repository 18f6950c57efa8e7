package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Folders;
import dev.treadle.app.workspace.ProgressLine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.curation.Curation;
import dev.treadle.curation.Funnel;
import dev.treadle.curation.Gathering;
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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** One run of the recipe over a workspace's lake. */
final class CurateRun {
  private static final String SCRATCH = "curate-";
  private static final dev.treadle.store.Stream EXAMPLES = dev.treadle.store.Stream.EXAMPLES;
  private static final List<dev.treadle.store.Stream> INPUTS =
      List.of(EXAMPLES, dev.treadle.store.Stream.EXCHANGES, dev.treadle.store.Stream.FEEDBACK);

  private final Workspace workspace;

  /** The version that was made, and how the examples came to it. */
  record Result(
      String run,
      String dataset,
      String folder,
      List<Origin> sources,
      List<Funnel.Row> funnel,
      Map<String, Long> parts) {}

  /** How many examples came from a source. */
  record Origin(String system, long examples) {}

  CurateRun(Workspace workspace) {
    this.workspace = workspace;
  }

  Result run(String name) {
    Recipe recipe = workspace.configuration().recipe();
    try (Lake lake = workspace.open();
        Run run = lake.runs().start("curate", configuration(recipe), inputs(lake))) {
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

  private static List<String> inputs(Lake lake) {
    return INPUTS.stream()
        .filter(it -> it == EXAMPLES || lake.volume(it).count() > 0)
        .map(dev.treadle.store.Stream::folder)
        .toList();
  }

  private Result run(Lake lake, Run run, Recipe recipe, String name) {
    Path cache = lake.root().resolve("cache");
    deleteLeftovers(lake, cache);
    Path scratch = cache.resolve(SCRATCH + run.id());
    Curation curation = new Curation(recipe, workspace.configuration().splits(), scratch);
    Map<String, Long> sources = new TreeMap<>();
    try (DatasetDraft draft = lake.datasets().draft(name);
        ProgressLine progress = new ProgressLine(workspace.machine());
        Gathering gathering = gathering(lake, recipe, scratch.resolve("gathering"), progress);
        Lines lines = lake.latest(EXAMPLES)) {
      Iterator<Example> examples = counted(examples(lines, progress), sources);
      Curation.Result curated =
          curation.run(
              concatenated(examples, counted(gathering, sources)),
              (part, example) -> draft.add(split(part), ExampleCodec.encode(example)));
      Curation.Result made = withGathered(curated, gathering);
      if (made.parts().isEmpty()) {
        throw AppError.NOT_FOUND.because(
            "nothing is left to make a dataset of: "
                + sources.values().stream().mapToLong(it -> it).sum()
                + " examples came in; treadle import brings more, and the recipe in "
                + Workspace.FILE
                + " says what is left out");
      }
      write(run, made);
      DatasetVersion version =
          draft.commit(recipe.describe().toString(), inputs(lake), run.id(), card(made));
      run.finish(Runs.Status.SUCCEEDED, List.of(version.reference()), version.reference());
      return new Result(
          run.id(),
          version.reference(),
          version.folder().toString(),
          sources.entrySet().stream().map(it -> new Origin(it.getKey(), it.getValue())).toList(),
          made.funnel().rows(),
          made.parts());
    } finally {
      delete(scratch);
    }
  }

  private static Gathering gathering(
      Lake lake, Recipe recipe, Path scratch, ProgressLine progress) {
    try (Lines exchanges = lake.read(dev.treadle.store.Stream.EXCHANGES);
        Lines feedback = lake.read(dev.treadle.store.Stream.FEEDBACK)) {
      return new Gathering(
          recipe,
          json(exchanges, progress),
          json(feedback, progress),
          sha256 ->
              lake.blobs().exists(sha256)
                  ? Optional.of(lake.blobs().get(sha256))
                  : Optional.empty(),
          scratch);
    }
  }

  private static Iterator<byte[]> json(Lines lines, ProgressLine progress) {
    return new Iterator<>() {
      private long read;

      @Override
      public boolean hasNext() {
        return lines.hasNext();
      }

      @Override
      public byte[] next() {
        progress.count(++read, "records of the gateway read");
        return lines.next().json();
      }
    };
  }

  private static Iterator<Example> counted(Iterator<Example> examples, Map<String, Long> sources) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return examples.hasNext();
      }

      @Override
      public Example next() {
        Example next = examples.next();
        sources.merge(next.header().source().system(), 1L, Long::sum);
        return next;
      }
    };
  }

  private static Iterator<Example> concatenated(Iterator<Example> first, Iterator<Example> then) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return first.hasNext() || then.hasNext();
      }

      @Override
      public Example next() {
        return first.hasNext() ? first.next() : then.next();
      }
    };
  }

  /** The records of the gateway stand before the stages in the funnel. */
  private static Curation.Result withGathered(Curation.Result curated, Gathering gathering) {
    List<Funnel.Row> rows = new ArrayList<>(gathering.rows());
    rows.addAll(curated.funnel().rows());
    return new Curation.Result(new Funnel(rows), curated.parts(), curated.trace());
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
    Table sources = new Table();
    result.sources().forEach(it -> sources.row("from " + it.system(), it.examples()));
    sources.print(out, "  ");
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
