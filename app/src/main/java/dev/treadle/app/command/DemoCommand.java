package dev.treadle.app.command;

import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Folders;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.curation.Thinking;
import dev.treadle.curation.TrainerFormat;
import dev.treadle.gateway.EventLog;
import dev.treadle.store.Lake;
import dev.treadle.store.Lines;
import dev.treadle.transcript.ExchangeCodec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code treadle demo}: the whole way from sessions and live traffic to a dataset, a router and a
 * tuned model, on input that comes with Treadle.
 */
@Command(
    name = "demo",
    description = DemoCommand.ABOUT,
    footer = {
      "",
      "Examples:",
      "  treadle demo --workspace demo",
      "  treadle demo --workspace sooner --no-training"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  static final String ABOUT =
      "Turn sessions and live traffic into a dataset, a router and a tuned model, step by step, in a workspace of its own; all input comes with Treadle.";

  private static final String MARK = ".treadle-demo";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(
      names = "--no-training",
      description = "Leave out the last step, which makes a small model and tunes it.")
  private boolean withoutTraining;

  /** What each step gave. */
  record Result(
      String workspace,
      ImportRun.Result imported,
      ImportRun.Result again,
      DemoTraffic.Seen traffic,
      Map<String, Long> kept,
      CurateRun.Result curated,
      ExportRun.Result openai,
      ExportRun.Result llamaFactory,
      DemoWheel.Result wheel,
      Optional<DemoTraining.Result> training) {}

  DemoCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Path folder = machine.folder().resolve(common.folder().orElse(Path.of("demo"))).normalize();
    prepare(folder);
    Workspace workspace = Workspace.find(machine, Optional.of(folder));
    List<Path> places =
        workspace.configuration().claudeCode().stream().map(workspace::path).toList();

    say("1. Import: " + folder.resolve("sessions") + " → lake");
    ImportRun.Result imported = new ImportRun(workspace).run(places);
    show(() -> ImportText.print(machine.out(), imported));

    say("2. Import again: nothing is added twice");
    ImportRun.Result again = new ImportRun(workspace).run(places);
    show(
        () ->
            machine
                .out()
                .println(
                    again.report().added()
                        + " added, "
                        + again.report().filesUnchanged()
                        + " files unchanged and not opened"));

    say("3. Serve: clients → gateway → two model APIs that play a script and fail when told to");
    Map<String, Long> kept = new TreeMap<>();
    DemoTraffic.Seen traffic = serve(workspace, kept);
    show(() -> DemoTraffic.text(traffic).forEach(machine.out()::println));
    show(() -> machine.out().println("Kept, by state: " + kept));

    say("4. Curate: lake → dataset, by the recipe in treadle.yaml");
    CurateRun.Result curated = new CurateRun(workspace).run("main");
    show(() -> CurateRun.print(machine.out(), curated));

    say("5. Export: dataset → trainers");
    ExportRun.Result openai =
        export(workspace, TrainerFormat.OPENAI_MESSAGES, folder.resolve("out/openai"));
    ExportRun.Result llamaFactory =
        export(workspace, TrainerFormat.LLAMA_FACTORY, folder.resolve("out/llama-factory"));

    say("6. Turn the wheel: four models → comparisons → a router → the gate → live");
    DemoWheel.Result wheel = new DemoWheel(workspace).run();
    show(() -> DemoWheel.text(wheel).forEach(machine.out()::println));
    show(() -> TurnRun.print(machine.out(), wheel.turn()));
    show(() -> DemoWheel.afterwards(wheel).forEach(machine.out()::println));

    Optional<DemoTraining.Result> training = Optional.empty();
    if (!withoutTraining) {
      say(
          "7. Train: dataset → a small model of our own → an adapter → judged by what was held out");
      training = Optional.of(new DemoTraining(workspace).run());
      training.ifPresent(it -> show(() -> DemoTraining.print(machine.out(), it)));
    }

    Result result =
        new Result(
            folder.toString(),
            imported,
            again,
            traffic,
            kept,
            curated,
            openai,
            llamaFactory,
            wheel,
            training);
    common.print(machine, result, it -> next(machine.out(), folder));
    return 0;
  }

  /** Runs the gateway for as long as its clients call, then reads what it kept. */
  private static DemoTraffic.Seen serve(Workspace workspace, Map<String, Long> kept) {
    DemoTraffic.Seen seen;
    try (ServeRun run = ServeRun.start(workspace, Optional.empty(), EventLog.SILENT)) {
      seen = new DemoTraffic(run.url()).run();
      run.drain();
    }
    try (Lake lake = workspace.openReadOnly();
        Lines lines = lake.latest(dev.treadle.store.Stream.EXCHANGES)) {
      lines.forEachRemaining(
          line -> kept.merge(ExchangeCodec.decode(line.json()).state().wire(), 1L, Long::sum));
    }
    return seen;
  }

  private ExportRun.Result export(Workspace workspace, TrainerFormat format, Path target) {
    ExportRun.Result result =
        new ExportRun(workspace, format, Thinking.INLINE).run("main", target, true);
    show(() -> ExportRun.print(machine.out(), result));
    return result;
  }

  private void say(String step) {
    show(() -> machine.out().println("\n" + step));
  }

  private void show(Runnable text) {
    if (!common.json()) {
      text.run();
      machine.out().flush();
    }
  }

  private static void next(PrintStream out, Path folder) {
    String at = " --workspace " + folder;
    out.println("\nThe workspace stays in " + folder + ". Look around:");
    out.println("  treadle data show" + at);
    out.println(
        "  treadle data query \"select source.\\\"group\\\", count(*) from examples group by all order by 2 desc\""
            + at);
    out.println("  treadle route explain \"What is 12 percent of 300?\"" + at);
    out.println(
        "Your own sessions: treadle init --workspace my-wheel, then treadle import --workspace my-wheel");
  }

  /** A fresh workspace; one that an earlier demo left is replaced, anything else is not touched. */
  private void prepare(Path folder) {
    try {
      if (Files.exists(folder.resolve(MARK))) {
        Folders.delete(folder);
      } else if (Files.isDirectory(folder) && !isEmpty(folder)) {
        throw AppError.OPTION_INVALID.because(
            folder + " is not empty and no demo made it: name another folder with --workspace");
      }
      Files.createDirectories(folder.resolve("sessions"));
      Files.writeString(
          folder.resolve(MARK), "Made by treadle demo, which may replace this folder.\n");
      DemoSessions.unpack(folder.resolve("sessions"));
      Files.writeString(
          folder.resolve(Workspace.FILE),
          InitCommand.text(List.of("sessions"))
              + DemoTraffic.CONFIGURATION
              + DemoWheel.CONFIGURATION);
      DemoWheel.unpack(folder);
    } catch (IOException e) {
      throw AppError.WORKSPACE_UNUSABLE.because(
          "the demo's workspace " + folder + " cannot be made: " + e.getMessage(), e);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }
}
