package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code treadle completion}: a script that lets a shell complete commands and options. */
@Command(
    name = "completion",
    description = CompletionCommand.ABOUT,
    footer = {
      "",
      "For bash: treadle completion > ~/.local/share/bash-completion/completions/treadle",
      "For zsh: put  source <(treadle completion)  into ~/.zshrc",
      "Examples:",
      "  treadle completion"
    },
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  static final String ABOUT = "Print a completion script for bash and zsh.";

  private final Machine machine;

  CompletionCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    machine.out().print(AutoComplete.bash("treadle", RootCommand.line(machine)));
    return 0;
  }
}
