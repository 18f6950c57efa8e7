package dev.treadle.app.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code treadle model}: models from nothing, and for other programs. */
@Command(
    name = "model",
    description = ModelCommand.ABOUT,
    footer = {"", "Examples:", "  treadle model make --help", "  treadle model export --help"},
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ModelCommand implements Callable<Integer> {
  static final String ABOUT = "Make models, export and serve them.";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return 0;
  }
}
