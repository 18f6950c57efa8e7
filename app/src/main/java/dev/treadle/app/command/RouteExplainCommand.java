package dev.treadle.app.command;

import dev.treadle.app.wheel.PolicyTrial;
import dev.treadle.app.wheel.RouteStation;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.routing.Decision;
import dev.treadle.routing.Explanation;
import dev.treadle.routing.Policy;
import dev.treadle.routing.RoutingRequest;
import dev.treadle.routing.SessionState;
import dev.treadle.store.Lake;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code treadle route explain}: why a request goes where it goes. */
@Command(
    name = "explain",
    description = RouteExplainCommand.ABOUT,
    footer = {
      "",
      "Examples:",
      "  treadle route explain \"What is 17 times 23?\"",
      "  treadle route explain \"What is 17 times 23?\" --policy 1 --route ask --system \"Be brief.\" --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RouteExplainCommand implements Callable<Integer> {
  static final String ABOUT = "Say which model a question would go to, and why; nobody is called.";

  private static final double ANY_DRAW = 0.5;

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Parameters(index = "0", paramLabel = "TEXT", description = "The question.")
  private String text = "";

  @Option(names = "--system", paramLabel = "TEXT", description = "The system prompt with it.")
  private @Nullable String system;

  @Option(
      names = "--policy",
      paramLabel = "N",
      description = "The policy's number: by default what is live, or else the last one.")
  private @Nullable Integer version;

  @Mixin private RouteOption route = new RouteOption();

  /**
   * Why.
   *
   * @param explanation of a learned policy
   */
  record Result(
      String route,
      int policy,
      String source,
      Optional<String> category,
      OptionalDouble confidence,
      List<Chance> chances,
      Optional<Explanation> explanation) {}

  /** With what probability a target is chosen. */
  record Chance(String target, double probability) {}

  RouteExplainCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    RouteStation station = route.station(workspace);
    RoutingRequest request =
        new RoutingRequest(
            text,
            Optional.ofNullable(system),
            List.of(),
            Optional.empty(),
            false,
            text.length() + (system == null ? 0 : system.length()));
    try (Lake lake = workspace.openReadOnly()) {
      Optional<Integer> wanted =
          Optional.ofNullable(version)
              .or(() -> lake.policies().standing(station.name()).flatMap(it -> it.live()));
      PolicyTrial trial = PolicyTrial.of(lake, station, wanted);
      common.print(machine, result(station, trial, request), it -> print(machine.out(), it));
    }
    return 0;
  }

  private static Result result(RouteStation station, PolicyTrial trial, RoutingRequest request) {
    Policy policy = trial.candidate();
    Decision decision = policy.choose(request, SessionState.EMPTY, ANY_DRAW);
    List<Chance> chances =
        decision.propensities().entrySet().stream()
            .map(it -> new Chance(it.getKey().toString(), it.getValue()))
            .toList();
    Optional<Explanation> explanation =
        policy instanceof Policy.Learned learned
            ? Optional.of(learned.explain(request))
            : Optional.empty();
    return new Result(
        station.name(),
        trial.version(),
        decision.source().wire(),
        decision.category(),
        decision.confidence(),
        chances,
        explanation);
  }

  private static void print(PrintStream out, Result it) {
    out.println("Policy " + it.policy() + " of the route " + it.route() + ", by " + it.source());
    it.category().ifPresent(category -> out.println("  category " + category + confidence(it)));
    if (it.explanation().isEmpty()) {
      Table table = new Table().row("target", "probability");
      it.chances().forEach(chance -> table.row(chance.target(), number(chance.probability())));
      table.print(out, "  ");
      return;
    }
    Explanation why = it.explanation().get();
    out.printf(Locale.ROOT, "  workload %s, seen %,d times%n", why.workload(), why.observations());
    Table table =
        new Table()
            .row(
                "target",
                "quality",
                "± ",
                "everywhere",
                "here",
                "by the text",
                "cost of 1,000",
                "chosen");
    for (Explanation.Of model : why.models()) {
      table.row(
          model.model(),
          number(model.quality()),
          number(model.deviation()),
          number(model.everywhere()),
          number(model.prior()),
          String.format(Locale.ROOT, "%+.3f", model.refinement()),
          String.format(Locale.ROOT, "$%.4f", 1000 * model.costUsd()),
          String.format(Locale.ROOT, "%.1f %%", 100 * model.probability()));
    }
    table.print(out, "  ");
  }

  private static String confidence(Result it) {
    return it.confidence().isPresent()
        ? String.format(Locale.ROOT, " (confidence %.2f)", it.confidence().getAsDouble())
        : "";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
