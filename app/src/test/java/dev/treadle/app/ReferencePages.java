package dev.treadle.app;

import dev.treadle.app.workspace.ConfigurationKey;
import dev.treadle.curation.StageDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The reference pages of {@code docs/}, made from what the program says of itself. */
final class ReferencePages {
  private static final String MADE =
      """

      *Made from the code by `ReferencePagesTest`; every example on this page is run by a test. Do not edit:
      change the code and rewrite the page with `-Dtreadle.bless=true`.*
      """;

  private ReferencePages() {}

  static String commands(CommandLine line) {
    StringBuilder page = new StringBuilder("# Commands\n").append(MADE);
    page.append(
        """

        Every command takes `--workspace DIR` (by default the folder of the nearest `treadle.yaml`, from the
        current one upwards), `--json` and `--help`. Results go to standard output, progress and failures to
        standard error.

        | exit code | meaning |
        | --- | --- |
        | 0 | done |
        | 1 | failed: one line on standard error says what, where and what to do |
        | 2 | wrong usage: an unknown command or option, or a value that it cannot have |
        | 3 | a gate refused (no command has a gate yet) |

        """);
    List<CommandSpec> commands = CommandExamples.commands(line);
    for (CommandSpec command : commands) {
      page.append("- [`%s`](#%s): %s\n".formatted(name(command), anchor(command), first(command)));
    }
    commands.forEach(command -> command(page, command));
    return page.toString();
  }

  private static String name(CommandSpec command) {
    return command.qualifiedName();
  }

  private static String anchor(CommandSpec command) {
    return name(command).replace(' ', '-');
  }

  private static String first(CommandSpec command) {
    return String.join(" ", command.usageMessage().description());
  }

  private static void command(StringBuilder page, CommandSpec command) {
    page.append("\n## ").append(name(command)).append("\n\n").append(first(command)).append('\n');
    String remarks = CommandExamples.remarks(command);
    if (!remarks.isEmpty() && command.parent() != null) {
      page.append('\n').append(remarks).append('\n');
    }
    List<String> rows = new ArrayList<>();
    for (PositionalParamSpec it : command.positionalParameters()) {
      rows.add(row("`" + it.paramLabel() + "`", it));
    }
    for (OptionSpec it : command.options()) {
      if (!it.usageHelp() && !it.versionHelp() && !isEverywhere(it)) {
        String value = it.arity().max() == 0 ? "" : " " + it.paramLabel();
        rows.add(row("`" + String.join("`, `", it.names()) + value + "`", it));
      }
    }
    if (!rows.isEmpty()) {
      page.append("\n| option | meaning | default |\n| --- | --- | --- |\n");
      rows.forEach(page::append);
    }
    List<String> examples = CommandExamples.examples(command);
    page.append("\n```sh\n");
    for (String example : examples) {
      page.append(example).append('\n');
    }
    page.append("```\n");
  }

  private static boolean isEverywhere(OptionSpec it) {
    return it.longestName().equals("--workspace") || it.longestName().equals("--json");
  }

  private static String row(String name, ArgSpec it) {
    String meaning =
        String.join(" ", it.description())
            .replaceAll(" \\(default: [^)]*\\)", "")
            .replace("|", "\\|")
            .replace("<", "&lt;");
    String otherwise =
        it.required() ? "required" : it.defaultValue() == null ? "" : "`" + it.defaultValue() + "`";
    return "| %s | %s | %s |\n".formatted(name, meaning, otherwise);
  }

  static String configuration() {
    StringBuilder page = new StringBuilder("# Configuration\n").append(MADE);
    page.append(
        """

        One file, `treadle.yaml`, at the top of the workspace. `treadle init` writes it; every key may be left
        out. An unknown key is refused and the nearest known one named. Paths are relative to the file; `~`
        is the home folder.

        | key | value | default | meaning |
        | --- | --- | --- | --- |
        """);
    for (ConfigurationKey key : ConfigurationKey.ALL) {
      page.append(
          "| [`%s`](#%s) | %s | `%s` | %s |\n"
              .formatted(
                  key.path(),
                  key.path().replace(".", "").replace("*", ""),
                  key.type(),
                  key.otherwise(),
                  key.meaning()));
    }
    for (ConfigurationKey key : ConfigurationKey.ALL) {
      page.append("\n## ").append(key.path()).append("\n\n").append(key.meaning());
      page.append("\n\n```yaml\n").append(key.example()).append("```\n");
    }
    return page.toString();
  }

  static String recipes() {
    StringBuilder page = new StringBuilder("# Recipes\n").append(MADE);
    page.append(
        """

        A recipe is a list of stages, under the key `recipe` of `treadle.yaml`. Each stage looks at every
        example, or at every group of examples, and keeps it, changes it or leaves it out. How many came into a
        stage, how many went out and why the others did not is the funnel that `treadle curate` prints; samples
        of every decision are in the run's `trace.jsonl`. A step is a stage's name, or the name with its
        parameters.

        After the stages, and in every recipe, examples are parted by the hash of their group into train, val
        and test (`split.val` and `split.test`). Then `held-out` leaves out what is too near to something that
        is held out: `near_test` and `near_val` are its reasons. Without a recipe the stages are

        ```yaml
        recipe: [select, replays, exact-duplicates, near-duplicates]
        ```
        """);
    for (StageDescription stage : StageDescription.ALL) {
      page.append("\n## ").append(stage.name()).append("\n\n").append(stage.meaning()).append('\n');
      if (!stage.parameters().isEmpty()) {
        page.append("\n| parameter | value | default | meaning |\n| --- | --- | --- | --- |\n");
        for (StageDescription.Parameter it : stage.parameters()) {
          page.append(
              "| `%s` | %s | `%s` | %s |\n"
                  .formatted(it.name(), it.type(), it.otherwise(), it.meaning()));
        }
      }
      page.append("\n| left out as | because |\n| --- | --- |\n");
      new TreeMap<>(stage.reasons())
          .forEach((reason, because) -> page.append("| `%s` | %s |\n".formatted(reason, because)));
      page.append("\n```yaml\nrecipe:\n  - ").append(stage.example()).append("\n```\n");
    }
    return page.toString();
  }
}
