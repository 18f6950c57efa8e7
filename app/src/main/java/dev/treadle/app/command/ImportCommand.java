package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      "  treadle import sessions --json"
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

  ImportCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    ImportRun.Result result = new ImportRun(workspace).run(places(workspace));
    common.print(machine, result, it -> ImportText.print(machine.out(), it));
    return 0;
  }

  private List<Path> places(Workspace workspace) {
    if (places != null && !places.isEmpty()) {
      return places.stream().map(machine.folder()::resolve).toList();
    }
    List<Path> configured =
        workspace.configuration().claudeCode().stream().map(workspace::path).toList();
    List<Path> there = configured.stream().filter(Files::exists).toList();
    return there.isEmpty() ? configured : there;
  }
}
