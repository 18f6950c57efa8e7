package dev.treadle.app.command;

import dev.treadle.app.wheel.LoggedTraffic;
import dev.treadle.app.wheel.PolicyTrial;
import dev.treadle.app.wheel.RouteGate.Judged;
import dev.treadle.app.wheel.RouteStation;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.measure.statistics.Interval;
import dev.treadle.routing.TrafficEvaluation;
import dev.treadle.store.Lake;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle route evaluate}: what a policy would get. */
@Command(
    name = "evaluate",
    description = RouteEvaluateCommand.ABOUT,
    footer = {
      "",
      "Two ways: on held-out comparisons, where every model's answer was scored; and from live traffic with",
      "feedback, where only the chosen model's was, by the logged probabilities (docs/statistics.md).",
      "Examples:",
      "  treadle route evaluate --route ask",
      "  treadle route evaluate --policy 1 --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RouteEvaluateCommand implements Callable<Integer> {
  static final String ABOUT =
      "Estimate what a policy would get and cost, from comparisons and from logged traffic.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(
      names = "--policy",
      paramLabel = "N",
      description = "The policy's number: by default the last one.")
  private @Nullable Integer version;

  @Mixin private RouteOption route = new RouteOption();

  /** What was estimated. */
  record Result(
      String route,
      int policy,
      Judged comparisons,
      double asItWas,
      Optional<TrafficEvaluation.Estimates> traffic) {}

  RouteEvaluateCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    RouteStation station = route.station(workspace);
    try (Lake lake = workspace.openReadOnly()) {
      PolicyTrial trial = PolicyTrial.of(lake, station, Optional.ofNullable(version));
      LoggedTraffic traffic = LoggedTraffic.read(lake, station);
      Result result =
          new Result(
              station.name(),
              trial.version(),
              trial.judge(),
              traffic.asItWas(),
              traffic.estimate(trial.candidate(), trial.router()));
      common.print(machine, result, it -> print(machine.out(), it));
    }
    return 0;
  }

  private static void print(PrintStream out, Result it) {
    out.println("Policy " + it.policy() + " for the route " + it.route());
    RouteText.print(out, it.comparisons());
    if (it.traffic().isEmpty()) {
      out.println(
          "  from live traffic: nothing yet; a score from POST /v1/feedback for an exchange of this route counts");
      return;
    }
    TrafficEvaluation.Estimates traffic = it.traffic().get();
    out.printf(
        Locale.ROOT,
        "  from %,d calls with feedback (worth %.0f of the candidate's own); their mean score was %.3f:%n",
        traffic.records(),
        traffic.effectiveSize(),
        it.asItWas());
    Table table = new Table();
    table.row("inverse propensity", interval(traffic.inversePropensity()));
    table.row("self-normalised", interval(traffic.selfNormalized()));
    traffic.doublyRobust().ifPresent(dr -> table.row("doubly robust", interval(dr)));
    table.row("replay", interval(traffic.replay()));
    table.print(out, "    ");
    traffic.warnings().forEach(warning -> out.println("    doubt: " + warning));
  }

  private static String interval(Interval it) {
    return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", it.estimate(), it.low(), it.high());
  }
}
