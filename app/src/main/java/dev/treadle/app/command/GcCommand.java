package dev.treadle.app.command;

import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Sizes;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.store.Lake;
import dev.treadle.store.Lake.Amount;
import dev.treadle.store.Lake.Garbage;
import dev.treadle.store.Stream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle gc}: removes from the lake what nobody needs any more. */
@Command(
    name = "gc",
    description = GcCommand.ABOUT,
    footer = {
      "",
      "Texts without a record wait in the lake's trash; a run at least 24 hours later removes them.",
      "Examples:",
      "  treadle gc --dry-run",
      "  treadle gc"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class GcCommand implements Callable<Integer> {
  static final String ABOUT =
      "Remove days past their retention, texts that no record refers to, and what dead processes left.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(names = "--dry-run", description = "Change nothing: print what would be removed.")
  private boolean dryRun;

  /**
   * What was or would be removed.
   *
   * @param segments by stream
   * @param trashed blobs moved to the trash
   * @param due when a run will remove more
   */
  record Result(
      boolean dryRun,
      SortedMap<String, Amount> segments,
      Amount blobs,
      Amount trashed,
      Amount restored,
      Amount tails,
      Amount spills,
      Amount temporary,
      Optional<Instant> due,
      List<String> troubles) {

    static Result of(boolean dryRun, Garbage it) {
      SortedMap<String, Amount> segments = new TreeMap<>();
      it.segments().forEach((stream, amount) -> segments.put(stream.folder(), amount));
      return new Result(
          dryRun,
          segments,
          it.blobs(),
          it.discarded(),
          it.restored(),
          it.tails(),
          it.spills(),
          it.temporary(),
          it.due(),
          it.troubles());
    }
  }

  GcCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    Map<Stream, Duration> retention = workspace.configuration().retention();
    Garbage garbage;
    // Also before collecting: a lake that is not there is not to be made for it.
    try (Lake lake = workspace.openReadOnly()) {
      garbage = dryRun ? lake.findGarbage(retention) : collect(workspace, retention);
    }
    common.print(machine, Result.of(dryRun, garbage), it -> print(machine.out(), it));
    return 0;
  }

  private static Garbage collect(Workspace workspace, Map<Stream, Duration> retention) {
    try (Lake lake = workspace.open()) {
      return lake.collectGarbage(retention);
    }
  }

  private static void print(PrintStream out, Result it) {
    Table table = new Table();
    it.segments().forEach((stream, amount) -> row(table, "segments of " + stream, amount));
    row(table, "texts and files that no record refers to", it.blobs());
    row(table, "torn ends of dead processes", it.tails());
    row(table, "left-over spills of queries", it.spills());
    row(table, "unfinished work of dead processes", it.temporary());
    if (isNothing(it)) {
      out.println(it.dryRun() ? "Nothing would be removed." : "Nothing was removed.");
    } else {
      out.println(it.dryRun() ? "Would be removed:" : "Removed:");
      table.print(out, "  ");
    }
    say(out, it.dryRun() ? "Would go to the trash" : "Moved to the trash", it.trashed());
    say(out, it.dryRun() ? "Would come back" : "Brought back", it.restored());
    it.troubles().forEach(trouble -> out.println("Not done: " + trouble));
    it.due().ifPresent(due -> out.println("A run from " + due + " on removes more."));
  }

  private static boolean isNothing(Result it) {
    return it.segments().isEmpty()
        && it.blobs().count() + it.tails().count() + it.spills().count() + it.temporary().count()
            == 0;
  }

  private static void row(Table table, String kind, Amount amount) {
    if (amount.count() > 0) {
      table.row(kind, amount.count(), Sizes.of(amount.bytes()));
    }
  }

  private static void say(PrintStream out, String what, Amount amount) {
    if (amount.count() > 0) {
      out.printf(Locale.ROOT, "%s: %,d, %s%n", what, amount.count(), Sizes.of(amount.bytes()));
    }
  }
}
