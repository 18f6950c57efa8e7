package dev.treadle.app.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code treadle data}: looks into the lake. */
@Command(
    name = "data",
    description = DataCommand.ABOUT,
    footer = {"", "Examples:", "  treadle data show"},
    mixinStandardHelpOptions = true)
final class DataCommand implements Callable<Integer> {
  static final String ABOUT = "Look into the lake.";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return 0;
  }
}
