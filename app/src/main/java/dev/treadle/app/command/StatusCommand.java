package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Sizes;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.gateway.limits.Limits;
import dev.treadle.gateway.limits.Spent;
import dev.treadle.intake.ClaudeCodeSessions;
import dev.treadle.intake.ImportCursors;
import dev.treadle.store.DatasetVersion;
import dev.treadle.store.Lake;
import dev.treadle.store.Policies;
import dev.treadle.store.Runs;
import dev.treadle.store.Stream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code treadle status}: how the wheel stands, and what to do next. */
@Command(
    name = "status",
    description = StatusCommand.ABOUT,
    footer = {"", "Examples:", "  treadle status", "  treadle status --json"},
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class StatusCommand implements Callable<Integer> {
  static final String ABOUT =
      "Say how the wheel stands: what is new, what was made of it, what to do next.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  /**
   * How a workspace stands.
   *
   * @param changedFiles session files that are new or changed since the last import
   * @param examples live examples in the lake
   * @param exchanges bytes of the log of calls through the gateway
   * @param feedback bytes of the log of what was said of them
   * @param comparisons in the lake
   * @param routes those whose policy is learned, with what decides there
   * @param budgets what calls have spent of them at the most, in the present day and month
   * @param dataset the last version of any dataset, if there is one
   * @param running runs that are going on now
   * @param next what to do next, as a command
   */
  record Result(
      String workspace,
      int files,
      long bytes,
      int changedFiles,
      long examples,
      long exchanges,
      long feedback,
      long comparisons,
      List<Routed> routes,
      List<Spent> budgets,
      Optional<String> dataset,
      Optional<Instant> datasetTime,
      Optional<Instant> importTime,
      long running,
      long interrupted,
      String next) {}

  /** What decides on a route: a policy's number, or its configuration where that is absent. */
  record Routed(String route, Optional<Integer> policy, Optional<Integer> canary) {}

  StatusCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    Result result =
        Files.exists(workspace.root().resolve("FORMAT"))
            ? of(workspace, machine.clock().instant())
            : empty(workspace);
    common.print(machine, result, it -> print(machine.out(), it));
    return 0;
  }

  private static Result empty(Workspace workspace) {
    ClaudeCodeSessions.Found found =
        ClaudeCodeSessions.find(workspace.claudeCode(), ImportCursors.none());
    return new Result(
        workspace.folder().toString(),
        found.files(),
        found.bytes(),
        found.changed(),
        0,
        0,
        0,
        0,
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        "treadle import");
  }

  private static Result of(Workspace workspace, Instant now) {
    try (Lake lake = workspace.openReadOnly()) {
      ClaudeCodeSessions.Found found =
          ClaudeCodeSessions.find(workspace.claudeCode(), ImportRun.cursors(lake));
      List<Runs.Details> runs = lake.runs().list();
      Optional<DatasetVersion> dataset = lastDataset(lake);
      Optional<Instant> made = dataset.map(version -> version.manifest().createdAt());
      Optional<Instant> imported = lastImport(runs);
      return new Result(
          workspace.folder().toString(),
          found.files(),
          found.bytes(),
          found.changed(),
          lake.heads(Stream.EXAMPLES).live(),
          lake.volume(Stream.EXCHANGES).bytes(),
          lake.volume(Stream.FEEDBACK).bytes(),
          lake.heads(Stream.COMPARISONS).live(),
          routes(workspace, lake),
          Limits.spent(lake.state(), now),
          dataset.map(DatasetVersion::reference),
          made,
          imported,
          count(runs, Runs.Status.RUNNING),
          count(runs, Runs.Status.INTERRUPTED),
          isToBeTurned(workspace, lake, runs) ? "treadle turn" : next(found, made, imported));
    }
  }

  private static List<Routed> routes(Workspace workspace, Lake lake) {
    return workspace.configuration().wheel().learnedRoutes().stream()
        .sorted()
        .map(
            route -> {
              Optional<Policies.Standing> it = lake.policies().standing(route);
              return new Routed(
                  route,
                  it.flatMap(Policies.Standing::live),
                  it.flatMap(Policies.Standing::canary));
            })
        .toList();
  }

  /** Whether there are comparisons and the wheel was never turned. */
  private static boolean isToBeTurned(Workspace workspace, Lake lake, List<Runs.Details> runs) {
    return !workspace.configuration().wheel().learnedRoutes().isEmpty()
        && lake.volume(Stream.COMPARISONS).count() > 0
        && runs.stream().noneMatch(it -> it.kind().equals("turn"));
  }

  private static Optional<DatasetVersion> lastDataset(Lake lake) {
    return lake.datasets().names().stream()
        .flatMap(name -> lake.datasets().latest(name).stream())
        .max(Comparator.comparing(version -> version.manifest().createdAt()));
  }

  private static Optional<Instant> lastImport(List<Runs.Details> runs) {
    return runs.stream()
        .filter(
            run -> run.kind().equals("import") && !run.message().startsWith("0 added, 0 revised"))
        .map(Runs.Details::started)
        .max(Comparator.naturalOrder());
  }

  private static long count(List<Runs.Details> runs, Runs.Status status) {
    return runs.stream().filter(run -> run.status() == status).count();
  }

  private static String next(
      ClaudeCodeSessions.Found found, Optional<Instant> made, Optional<Instant> imported) {
    if (found.changed() > 0) {
      return "treadle import";
    }
    boolean isStale = made.isEmpty() || imported.filter(made.get()::isBefore).isPresent();
    return isStale ? "treadle curate" : "treadle export --as llama-factory --to out";
  }

  private static void print(PrintStream out, Result it) {
    Table table = new Table();
    table.row("workspace", it.workspace());
    table.row(
        "sessions",
        String.format(
            Locale.ROOT,
            "%,d files, %s; %,d new or changed since the last import",
            it.files(),
            Sizes.of(it.bytes()),
            it.changedFiles()));
    table.row("lake", String.format(Locale.ROOT, "%,d examples", it.examples()));
    if (it.exchanges() + it.feedback() > 0) {
      table.row(
          "gateway",
          Sizes.of(it.exchanges()) + " of exchanges, " + Sizes.of(it.feedback()) + " of feedback");
    }
    if (it.comparisons() > 0) {
      table.row("comparisons", it.comparisons());
    }
    for (Routed route : it.routes()) {
      String canary = route.canary().map(version -> ", canary policy " + version).orElse("");
      table.row(
          "route " + route.route(),
          route.policy().map(version -> "policy " + version).orElse("as configured") + canary);
    }
    for (Spent budget : it.budgets()) {
      table.row(
          "limit " + budget.limit() + (budget.key().isEmpty() ? "" : ", key " + budget.key()),
          "at most $" + budget.usd().toPlainString() + " spent in " + budget.window());
    }
    table.row("last import", it.importTime().map(Instant::toString).orElse("never"));
    table.row(
        "last dataset",
        it.dataset().map(name -> name + ", " + it.datasetTime().orElseThrow()).orElse("none"));
    if (it.running() + it.interrupted() > 0) {
      table.row("runs", it.running() + " going on, " + it.interrupted() + " interrupted");
    }
    table.row("next", it.next());
    table.print(out, "");
  }
}
