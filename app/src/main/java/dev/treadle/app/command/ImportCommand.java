package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.intake.ClaudeCodeSessions;
import dev.treadle.store.Lake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code treadle import}: takes what other tools left behind into the lake. */
@Command(
    name = "import",
    description = ImportCommand.ABOUT,
    footer = {
      "",
      "Imports are incremental: an unchanged file is not opened again, and what is there already is not",
      "added again, from wherever it comes.",
      "Examples:",
      "  treadle import",
      "  treadle import sessions --json",
      "  treadle import --follow --every 1 --passes 2"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ImportCommand implements Callable<Integer> {
  static final String ABOUT = "Take the sessions of Claude Code into the lake, redacted.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Parameters(
      paramLabel = "PATH",
      arity = "0..*",
      description = "Folders or files to import: by default those of treadle.yaml.")
  private @Nullable List<Path> places;

  @Option(
      names = "--follow",
      description =
          "Go on: look for new and changed sessions again and again, until interrupted. Claude Code deletes old ones.")
  private boolean follow;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "With --follow: how long to wait between two looks (default: ${DEFAULT-VALUE}).")
  private int everySeconds = 30;

  @Option(
      names = "--passes",
      paramLabel = "COUNT",
      defaultValue = "0",
      description =
          "With --follow: end after so many looks; 0 means never (default: ${DEFAULT-VALUE}).")
  private int passes;

  ImportCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    List<Path> places = places(workspace);
    ImportRun.Result result = new ImportRun(workspace).run(places);
    common.print(machine, result, it -> ImportText.print(machine.out(), it));
    return follow ? follow(workspace, places) : 0;
  }

  /**
   * Imports whenever a file is new or changed; a look at an unchanged folder leaves no run behind.
   */
  private int follow(Workspace workspace, List<Path> places) {
    if (everySeconds < 1) {
      throw AppError.OPTION_INVALID.because(
          "--every: expected at least 1 second, not " + everySeconds);
    }
    for (int pass = 1; passes == 0 || pass < passes; pass++) {
      try {
        Thread.sleep(Duration.ofSeconds(everySeconds));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return 0;
      }
      if (hasChanged(workspace, places)) {
        ImportRun.Result result = new ImportRun(workspace).run(places);
        common.print(machine, result, this::line);
      }
    }
    return 0;
  }

  private static boolean hasChanged(Workspace workspace, List<Path> places) {
    try (Lake lake = workspace.openReadOnly()) {
      return ClaudeCodeSessions.find(places, ImportRun.cursors(lake)).changed() > 0;
    }
  }

  private void line(ImportRun.Result result) {
    machine
        .out()
        .printf(
            Locale.ROOT,
            "%s  %,d added, %,d revised, %,d unchanged%n",
            machine.clock().instant().truncatedTo(ChronoUnit.SECONDS),
            result.report().added(),
            result.report().revised(),
            result.report().unchanged());
  }

  private List<Path> places(Workspace workspace) {
    if (places != null && !places.isEmpty()) {
      return places.stream().map(machine.folder()::resolve).toList();
    }
    List<Path> configured = workspace.claudeCode();
    List<Path> there = configured.stream().filter(Files::exists).toList();
    return there.isEmpty() ? configured : there;
  }
}
