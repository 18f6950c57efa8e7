package dev.treadle.app.command;

import dev.treadle.app.workspace.ProgressLine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.intake.ClaudeCodeSessions;
import dev.treadle.intake.ExampleSink.Kept;
import dev.treadle.intake.ImportCursors;
import dev.treadle.intake.ImportReport;
import dev.treadle.store.Durability;
import dev.treadle.store.ExampleLog;
import dev.treadle.store.Lake;
import dev.treadle.store.Run;
import dev.treadle.store.Runs;
import dev.treadle.store.StoreError;
import dev.treadle.transcript.Example;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import tools.jackson.core.JacksonException;

/** One import into a workspace's lake, recorded as a run. */
final class ImportRun {
  private static final String CURSORS = "import-claude-code";

  private final Workspace workspace;

  /** What was imported and what was redacted on the way. */
  record Result(
      String run, double seconds, ImportReport report, SortedMap<String, Long> redacted) {}

  ImportRun(Workspace workspace) {
    this.workspace = workspace;
  }

  Result run(List<Path> places) {
    Instant began = workspace.machine().clock().instant();
    try (Lake lake = workspace.open();
        Run run =
            lake.runs()
                .start("import", Json.object(), places.stream().map(Path::toString).toList())) {
      try {
        ExampleLog door = lake.examples(workspace.redactor());
        ClaudeCodeSessions.Result result = read(places, lake, door);
        // The cursors say that files were read: what was read from them must be safe first.
        lake.flush();
        lake.state().write(CURSORS, Json.mapper().writeValueAsBytes(result.cursors()));
        Result done =
            new Result(
                run.id(),
                Duration.between(began, workspace.machine().clock().instant()).toMillis() / 1000.0,
                result.report(),
                door.redactions());
        run.finish(Runs.Status.SUCCEEDED, List.of("examples"), summary(result.report()));
        return done;
      } catch (TreadleException e) {
        run.finish(Runs.Status.FAILED, List.of(), String.valueOf(e.getMessage()));
        throw e;
      }
    }
  }

  private ClaudeCodeSessions.Result read(List<Path> places, Lake lake, ExampleLog door) {
    String subject = workspace.configuration().subject().orElse(workspace.machine().user());
    try (ProgressLine progress = new ProgressLine(workspace.machine())) {
      return ClaudeCodeSessions.read(
          places,
          new ClaudeCodeSessions.Options(
              cursors(lake), Optional.of(door.pseudonym(subject)), progress::bytes),
          example -> keep(door, example));
    }
  }

  private static Kept keep(ExampleLog door, Example example) {
    try {
      return switch (door.keep(example, Durability.GROUP_COMMIT)) {
        case NEW -> Kept.ADDED;
        case REVISED -> Kept.REVISED;
        case SAME -> Kept.UNCHANGED;
        case FORGOTTEN -> Kept.FORGOTTEN;
      };
    } catch (TreadleException e) {
      if (e.code() == StoreError.LINE_TOO_LONG) {
        return Kept.TOO_LARGE;
      }
      throw e;
    }
  }

  /** Cursors save time only: if they cannot be read, everything is looked at again. */
  static ImportCursors cursors(Lake lake) {
    Optional<byte[]> document = lake.state().read(CURSORS);
    try {
      return document.isEmpty()
          ? ImportCursors.none()
          : Json.mapper().readValue(document.get(), ImportCursors.class);
    } catch (JacksonException e) {
      return ImportCursors.none();
    }
  }

  private static String summary(ImportReport report) {
    return report.added()
        + " added, "
        + report.revised()
        + " revised, "
        + report.unchanged()
        + " unchanged";
  }
}
