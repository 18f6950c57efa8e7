package dev.treadle.app;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The commands of the program and the examples in their footers. */
final class CommandExamples {
  /** Stands in a footer for the id of an example that the lake holds. */
  static final String EXAMPLE_ID = "ex_1f0c";

  private CommandExamples() {}

  /** {@code line} and every command below it that is not hidden, each before those below it. */
  static List<CommandSpec> commands(CommandLine line) {
    List<CommandSpec> commands = new ArrayList<>();
    commands.add(line.getCommandSpec());
    for (CommandLine below : line.getSubcommands().values()) {
      if (!below.getCommandSpec().usageMessage().hidden()) {
        commands.addAll(commands(below));
      }
    }
    return commands;
  }

  /** The lines of the footer that are commands, as they are typed. */
  static List<String> examples(CommandSpec command) {
    List<String> examples = new ArrayList<>();
    for (String line : command.usageMessage().footer()) {
      if (line.startsWith("  treadle ")) {
        examples.add(line.strip());
      }
    }
    return examples;
  }

  /** What the footer says beside examples. */
  static String remarks(CommandSpec command) {
    List<String> remarks = new ArrayList<>();
    for (String line : command.usageMessage().footer()) {
      if (!line.startsWith("  treadle ") && !line.endsWith(":") && !line.isBlank()) {
        remarks.add(line.strip());
      }
    }
    return String.join(" ", remarks);
  }

  /** The words after {@code treadle}, as a shell would part them. */
  static List<String> words(String example) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    boolean begun = false;
    for (int i = 0; i < example.length(); i++) {
      char it = example.charAt(i);
      if (it == '\\' && i + 1 < example.length()) {
        i++;
        word.append(example.charAt(i));
      } else if (it == '"') {
        quoted = !quoted;
        begun = true;
      } else if (it == ' ' && !quoted) {
        if (begun || !word.isEmpty()) {
          words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
      } else {
        word.append(it);
      }
    }
    if (begun || !word.isEmpty()) {
      words.add(word.toString());
    }
    return words.subList(1, words.size());
  }
}
