package dev.treadle.app.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code treadle route}: which model answers, and why. */
@Command(
    name = "route",
    description = RouteCommand.ABOUT,
    footer = {"", "Examples:", "  treadle route"},
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RouteCommand implements Callable<Integer> {
  static final String ABOUT = "Learn which model should answer, judge that, and let it decide.";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return 0;
  }
}
