package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code treadle}: shows what there is. */
@Command(
    name = "treadle",
    description = "The data flywheel for language models: what was said becomes training data.",
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a gate refused.",
      "Begin with:",
      "  treadle demo"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
public final class RootCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  /** The whole command line over {@code machine}. */
  public static CommandLine line(Machine machine) {
    CommandLine line = new CommandLine(new RootCommand());
    line.addSubcommand(new DemoCommand(machine));
    line.addSubcommand(new InitCommand(machine));
    line.addSubcommand(new ImportCommand(machine));
    line.addSubcommand(new CurateCommand(machine));
    line.addSubcommand(new ExportCommand(machine));
    line.addSubcommand(new WarmUpCommand(machine));
    line.addSubcommand(new GcCommand(machine));
    CommandLine data = new CommandLine(new DataCommand());
    data.addSubcommand(new DataShowCommand(machine));
    data.addSubcommand(new DataQueryCommand(machine));
    line.addSubcommand(data);
    line.setOut(
        new java.io.PrintWriter(machine.out(), true, java.nio.charset.StandardCharsets.UTF_8));
    line.setErr(
        new java.io.PrintWriter(machine.err(), true, java.nio.charset.StandardCharsets.UTF_8));
    Failures failures = new Failures(machine);
    line.setExecutionExceptionHandler(failures);
    line.setParameterExceptionHandler(failures);
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(100);
    return line;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return 0;
  }
}
