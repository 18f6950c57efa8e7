package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Configuration;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle init}: looks at what this machine has and writes a {@code treadle.yaml}. */
@Command(
    name = "init",
    description = InitCommand.ABOUT,
    footer = {
      "",
      "Nothing is read but names, sizes and counts until treadle import.",
      "Examples:",
      "  treadle init --workspace my-wheel --yes"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class InitCommand implements Callable<Integer> {
  static final String ABOUT =
      "Make a workspace: look for sessions, exports and models on this machine, ask, and write treadle.yaml.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(names = "--yes", description = "Do not ask: take everything that was found.")
  private boolean yes;

  /** What was found and written. */
  record Result(String file, Findings found, List<String> claudeCode) {}

  InitCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Path folder = machine.folder().resolve(common.folder().orElse(Path.of(""))).normalize();
    Path file = folder.resolve(Workspace.FILE);
    if (Files.exists(file)) {
      throw AppError.OPTION_INVALID.because(
          file + " is there already: edit it, or name another folder with --workspace");
    }
    Findings found = Findings.on(machine);
    if (!common.json()) {
      Findings.print(machine.out(), found);
    }
    boolean take =
        found.claudeCode().stream().anyMatch(place -> place.files() > 0)
            && (yes || ask("Import these sessions of Claude Code with treadle import? [Y/n] "));
    List<String> places =
        take
            ? found.claudeCode().stream()
                .filter(place -> place.files() > 0)
                .map(Findings.Place::path)
                .toList()
            : List.of();
    write(folder, file, text(places));
    common.print(
        machine,
        new Result(file.toString(), found, places),
        it -> {
          machine.out().println("Wrote " + it.file());
          machine
              .out()
              .println(
                  take ? "Next: treadle import, then treadle curate" : "Next: treadle import PATH");
        });
    return 0;
  }

  private boolean ask(String question) {
    machine.out().print(question);
    machine.out().flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(machine.in(), StandardCharsets.UTF_8))
              .readLine();
      if (answer == null) {
        machine.out().println();
        throw AppError.NO_ANSWER.because(
            "nobody answered: run it again with --yes to take what was found");
      }
      String word = answer.strip().toLowerCase(Locale.ROOT);
      return word.isEmpty() || word.equals("y") || word.equals("yes") || word.equals("是");
    } catch (IOException e) {
      throw AppError.NO_ANSWER.because("the answer cannot be read: " + e.getMessage(), e);
    }
  }

  private static void write(Path folder, Path file, String text) {
    Configuration.parse(text, file.toString());
    try {
      Files.createDirectories(folder);
      Files.writeString(file, text);
    } catch (IOException e) {
      throw AppError.WORKSPACE_UNUSABLE.because(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** The file, with every key that one may want to change first. */
  static String text(List<String> claudeCode) {
    StringBuilder text =
        new StringBuilder(
            """
            # What Treadle does here. Every key: docs/configuration.md

            # Where Claude Code leaves its sessions; treadle import reads them.
            sources:
            """);
    if (claudeCode.isEmpty()) {
      text.append("  claude-code: []\n");
    } else {
      text.append("  claude-code:\n");
      claudeCode.forEach(path -> text.append("    - ").append(quoted(path)).append('\n'));
    }
    return text.append(
            """

            # The stages that make a dataset; treadle curate runs them.
            recipe:
              - select
              - replays
              - exact-duplicates
              - near-duplicates: {threshold: 0.7}

            # Shares of the sessions for validation and test; a session never moves between them.
            split:
              val: 0.05
              test: 0.05
            """)
        .toString();
  }

  private static String quoted(String path) {
    return "\"" + path.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
