package dev.treadle.app.command;

import dev.treadle.app.wheel.PolicyTrial;
import dev.treadle.app.wheel.Promotion;
import dev.treadle.app.wheel.RouteGate.Judged;
import dev.treadle.app.wheel.RouteStation;
import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.store.Lake;
import dev.treadle.store.Policies.Standing;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code treadle route promote}: the gate. */
@Command(
    name = "promote",
    description = RoutePromoteCommand.ABOUT,
    footer = {
      "",
      "What is not proven better than what is live, on held-out comparisons, is refused with exit code 3.",
      "A running gateway takes a promoted policy over within a second; so it does a rollback.",
      "The canary itself, named again, decides for all; treadle route canary says how it is doing.",
      "Examples:",
      "  treadle route promote --rollback --route ask",
      "  treadle route promote 1 --canary 0.1",
      "  treadle route promote 1 --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RoutePromoteCommand implements Callable<Integer> {
  static final String ABOUT = "Let a policy decide, if it is proven better than what is live.";

  private static final int REFUSED = 3;

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "POLICY",
      description = "The policy's number: by default the last one.")
  private @Nullable Integer version;

  @Mixin private RouteOption route = new RouteOption();

  @Option(
      names = "--canary",
      paramLabel = "SHARE",
      description =
          "Let it decide for this share of the conversations first, in place of promotion.canary.")
  private @Nullable Double canary;

  @Option(
      names = "--rollback",
      description = "Take the canary back, or what is live in favour of what was live before.")
  private boolean rollback;

  /**
   * What came of it.
   *
   * @param promoted whether the gate let it through
   */
  record Result(
      String route,
      boolean promoted,
      Optional<Integer> policy,
      Optional<Judged> judged,
      Optional<Standing> standing) {}

  RoutePromoteCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    RouteStation station = route.station(workspace);
    try (Lake lake = workspace.open()) {
      Promotion promotion =
          new Promotion(lake.policies(), station.name(), machine.clock().instant());
      Result result =
          rollback
              ? new Result(
                  station.name(),
                  true,
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(promotion.rollBack()))
              : judged(lake, station, promotion);
      common.print(
          machine,
          result,
          it -> {
            it.judged().ifPresent(judged -> RouteText.print(machine.out(), judged));
            RouteText.print(machine.out(), it.route(), it.standing());
          });
      return result.promoted() ? 0 : REFUSED;
    }
  }

  /** What is on trial already is meant for all. */
  private static double share(Lake lake, RouteStation station, int policy) {
    boolean isOnTrial =
        lake.policies()
            .standing(station.name())
            .flatMap(Standing::canary)
            .filter(it -> it == policy)
            .isPresent();
    return isOnTrial ? 0 : station.canary();
  }

  private Result judged(Lake lake, RouteStation station, Promotion promotion) {
    if (canary != null && !(canary >= 0 && canary <= 1)) {
      throw AppError.OPTION_INVALID.because(
          "--canary: expected a share from 0 to 1, not " + canary);
    }
    PolicyTrial trial = PolicyTrial.of(lake, station, Optional.ofNullable(version));
    double share = canary == null ? share(lake, station, trial.version()) : canary;
    Judged judged = trial.judge();
    if (!judged.verdict().isBetter()) {
      return new Result(
          station.name(),
          false,
          Optional.of(trial.version()),
          Optional.of(judged),
          lake.policies().standing(station.name()));
    }
    Standing standing =
        promotion.promote(trial.version(), share, judged.verdict().reasons().getFirst());
    return new Result(
        station.name(),
        true,
        Optional.of(trial.version()),
        Optional.of(judged),
        Optional.of(standing));
  }
}
