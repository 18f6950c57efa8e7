package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.Supplier;
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
    return line(machine, _ -> true);
  }

  /**
   * The command line as far as {@code arguments} need it. Reading a command's annotations takes
   * longer than most commands run: those that are not asked for are known by name and description
   * only.
   */
  public static CommandLine line(Machine machine, String... arguments) {
    List<String> asked = List.of(arguments);
    return line(machine, asked::contains);
  }

  private static CommandLine line(Machine machine, Predicate<String> isAsked) {
    CommandLine line = new CommandLine(new RootCommand());
    add(line, "demo", DemoCommand.ABOUT, isAsked, () -> new DemoCommand(machine));
    add(line, "init", InitCommand.ABOUT, isAsked, () -> new InitCommand(machine));
    add(line, "import", ImportCommand.ABOUT, isAsked, () -> new ImportCommand(machine));
    add(line, "curate", CurateCommand.ABOUT, isAsked, () -> new CurateCommand(machine));
    add(line, "export", ExportCommand.ABOUT, isAsked, () -> new ExportCommand(machine));
    add(line, "train", TrainCommand.ABOUT, isAsked, () -> new TrainCommand(machine));
    CommandLine model = add(line, "model", ModelCommand.ABOUT, isAsked, ModelCommand::new);
    if (isAsked.test("model")) {
      addModel(model, machine, isAsked);
    }
    add(line, "merge", MergeCommand.ABOUT, isAsked, () -> new MergeCommand(machine));
    add(line, "serve", ServeCommand.ABOUT, isAsked, () -> new ServeCommand(machine));
    CommandLine route = add(line, "route", RouteCommand.ABOUT, isAsked, RouteCommand::new);
    if (isAsked.test("route")) {
      addRoute(route, machine, isAsked);
    }
    add(line, "turn", TurnCommand.ABOUT, isAsked, () -> new TurnCommand(machine));
    CommandLine key = add(line, "key", KeyCommand.ABOUT, isAsked, KeyCommand::new);
    if (isAsked.test("key")) {
      add(key, "create", KeyCommand.Create.ABOUT, isAsked, () -> new KeyCommand.Create(machine));
      add(key, "list", KeyCommand.Listing.ABOUT, isAsked, () -> new KeyCommand.Listing(machine));
      add(key, "revoke", KeyCommand.Revoke.ABOUT, isAsked, () -> new KeyCommand.Revoke(machine));
    }
    add(line, "status", StatusCommand.ABOUT, isAsked, () -> new StatusCommand(machine));
    add(line, "doctor", DoctorCommand.ABOUT, isAsked, () -> new DoctorCommand(machine));
    CommandLine data = add(line, "data", DataCommand.ABOUT, isAsked, DataCommand::new);
    if (isAsked.test("data")) {
      add(data, "show", DataShowCommand.ABOUT, isAsked, () -> new DataShowCommand(machine));
      add(data, "query", DataQueryCommand.ABOUT, isAsked, () -> new DataQueryCommand(machine));
    }
    add(line, "forget", ForgetCommand.ABOUT, isAsked, () -> new ForgetCommand(machine));
    add(line, "gc", GcCommand.ABOUT, isAsked, () -> new GcCommand(machine));
    add(line, "completion", CompletionCommand.ABOUT, isAsked, () -> new CompletionCommand(machine));
    if (isAsked.test("warm-up")) {
      line.addSubcommand(new WarmUpCommand(machine));
    }
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

  private static void addModel(CommandLine model, Machine machine, Predicate<String> isAsked) {
    add(model, "make", ModelMakeCommand.ABOUT, isAsked, () -> new ModelMakeCommand(machine));
    add(model, "export", ModelExportCommand.ABOUT, isAsked, () -> new ModelExportCommand(machine));
    add(model, "serve", ModelServeCommand.ABOUT, isAsked, () -> new ModelServeCommand(machine));
  }

  private static void addRoute(CommandLine route, Machine machine, Predicate<String> isAsked) {
    add(
        route,
        "dataset",
        RouteDatasetCommand.ABOUT,
        isAsked,
        () -> new RouteDatasetCommand(machine));
    add(route, "train", RouteTrainCommand.ABOUT, isAsked, () -> new RouteTrainCommand(machine));
    add(
        route,
        "evaluate",
        RouteEvaluateCommand.ABOUT,
        isAsked,
        () -> new RouteEvaluateCommand(machine));
    add(route, "judge", RouteJudgeCommand.ABOUT, isAsked, () -> new RouteJudgeCommand(machine));
    add(
        route,
        "promote",
        RoutePromoteCommand.ABOUT,
        isAsked,
        () -> new RoutePromoteCommand(machine));
    add(route, "canary", RouteCanaryCommand.ABOUT, isAsked, () -> new RouteCanaryCommand(machine));
    add(
        route,
        "explain",
        RouteExplainCommand.ABOUT,
        isAsked,
        () -> new RouteExplainCommand(machine));
  }

  private static CommandLine add(
      CommandLine line,
      String name,
      String about,
      Predicate<String> isAsked,
      Supplier<Object> command) {
    CommandLine added;
    if (isAsked.test(name)) {
      added = new CommandLine(command.get());
    } else {
      CommandSpec spec = CommandSpec.create();
      spec.usageMessage().description(about);
      added = new CommandLine(spec);
    }
    line.addSubcommand(name, added);
    return added;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return 0;
  }
}
