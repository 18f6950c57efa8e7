package dev.treadle.app.command;

import dev.treadle.app.wheel.RouteStation;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle turn}: turns the wheel once. */
@Command(
    name = "turn",
    description = TurnCommand.ABOUT,
    footer = {
      "",
      "Gathers and curates a dataset, learns a router from the comparisons, judges it on held-out ones and lets",
      "it decide if it is proven better; exit code 3 if it is not. A turn that was killed is taken up by the next.",
      "Examples:",
      "  treadle turn --dry-run --route ask",
      "  treadle turn --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TurnCommand implements Callable<Integer> {
  static final String ABOUT =
      "Turn the wheel once: gather, curate, learn a router, judge it, promote it if it is better.";

  private static final int REFUSED = 3;

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Mixin private RouteOption route = new RouteOption();

  @Option(
      names = "--dry-run",
      description = "Learn and judge, but curate, keep and promote nothing.")
  private boolean dryRun;

  TurnCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    RouteStation station = route.station(workspace);
    TurnRun.Result result = new TurnRun(workspace, station, dryRun).run();
    common.print(machine, result, it -> TurnRun.print(machine.out(), it));
    return result.promoted() ? 0 : REFUSED;
  }
}
