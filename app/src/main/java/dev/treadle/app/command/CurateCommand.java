package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle curate}: makes a dataset version of the lake's examples. */
@Command(
    name = "curate",
    description = CurateCommand.ABOUT,
    footer = {"", "Examples:", "  treadle curate", "  treadle curate --name coding --json"},
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CurateCommand implements Callable<Integer> {
  static final String ABOUT =
      "Make a dataset version of what is in the lake, by the recipe in treadle.yaml.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "main",
      description =
          "The dataset's name; each run makes its next version (default: ${DEFAULT-VALUE}).")
  private String name = "main";

  CurateCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    CurateRun.Result result = new CurateRun(common.workspace(machine)).run(name);
    common.print(machine, result, it -> CurateRun.print(machine.out(), it));
    return 0;
  }
}
