package dev.treadle.app.command;

import dev.treadle.app.wheel.CanaryEnd;
import dev.treadle.app.wheel.CanaryTrial;
import dev.treadle.app.wheel.RouteStation;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.store.Lake;
import dev.treadle.store.Policies.Standing;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle route canary}: how a canary is doing. */
@Command(
    name = "canary",
    description = RouteCanaryCommand.ABOUT,
    footer = {
      "",
      "By users' feedback: a canary that is proven better decides for all, one that is proven worse is taken back.",
      "A running gateway looks by itself, every ten minutes. How it decides: docs/wheel.md.",
      "Examples:",
      "  treadle route canary --route ask --dry-run",
      "  treadle route canary --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RouteCanaryCommand implements Callable<Integer> {
  static final String ABOUT = "Look at the canary's feedback; end the canary if it is decided.";

  private final Machine machine;
  @Mixin private Common common = new Common();
  @Mixin private RouteOption route = new RouteOption();

  @Option(names = "--dry-run", description = "Only look.")
  private boolean dryRun;

  /** What is known of the canary, if there is one. */
  record Result(
      String route,
      Optional<Integer> policy,
      Optional<CanaryTrial> trial,
      Optional<Standing> standing) {}

  RouteCanaryCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    RouteStation station = route.station(workspace);
    Instant now = machine.clock().instant();
    try (Lake lake = dryRun ? workspace.openReadOnly() : workspace.open()) {
      Optional<CanaryEnd> found =
          dryRun ? CanaryEnd.look(lake, station, now) : CanaryEnd.settle(lake, station, now);
      Result result =
          new Result(
              station.name(),
              found.map(CanaryEnd::policy),
              found.map(CanaryEnd::trial),
              lake.policies().standing(station.name()));
      common.print(machine, result, it -> print(machine.out(), it));
    }
    return 0;
  }

  private static void print(PrintStream out, Result it) {
    out.println(it.trial().map(CanaryTrial::why).orElse("There is no canary."));
    RouteText.print(out, it.route(), it.standing());
  }
}
