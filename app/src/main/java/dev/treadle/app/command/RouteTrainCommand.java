package dev.treadle.app.command;

import dev.treadle.app.wheel.Comparisons;
import dev.treadle.app.wheel.LabelledTexts;
import dev.treadle.app.wheel.RouteStation;
import dev.treadle.app.wheel.RouteTraining;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.routing.PolicyDocument;
import dev.treadle.store.Lake;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle route train}: learns a policy. */
@Command(
    name = "train",
    description = RouteTrainCommand.ABOUT,
    footer = {
      "",
      "From the lake's comparisons it learns which model is how good and how dear for which kind of request; a",
      "share of the conversations is held out for the gate. From labelled texts it learns a classifier.",
      "Examples:",
      "  treadle route train --route ask",
      "  treadle route dataset --output out/labels.jsonl",
      "  treadle route train --from out/labels.jsonl --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RouteTrainCommand implements Callable<Integer> {
  static final String ABOUT =
      "Learn a routing policy from the lake's comparisons or labelled texts.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Mixin private RouteOption route = new RouteOption();

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description =
          "Labelled texts, one {\"text\", \"label\"} a line, in place of the lake's comparisons.")
  private @Nullable Path from;

  /**
   * What was learned.
   *
   * @param policy its number in the lake
   * @param isNew false where the last policy was the very same
   * @param heldOut comparisons that the gate judges by
   */
  record Result(
      int policy,
      boolean isNew,
      String kind,
      String route,
      int learnedFrom,
      int heldOut,
      Map<String, Long> leftOut,
      int bytes) {}

  RouteTrainCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    RouteStation station = route.station(workspace);
    RouteTraining training = new RouteTraining(station, machine.clock().instant());
    try (Lake lake = workspace.open()) {
      Result result =
          from == null
              ? learned(lake, station, training)
              : labelled(lake, training, machine.folder().resolve(from));
      common.print(machine, result, it -> print(machine.out(), it));
    }
    return 0;
  }

  private static Result learned(Lake lake, RouteStation station, RouteTraining training) {
    Comparisons comparisons = station.comparisons(lake, Optional.empty());
    PolicyDocument document = training.learn(comparisons);
    return result(
        training.keep(lake.policies(), document),
        comparisons.heldOut().size(),
        comparisons.leftOut());
  }

  private static Result labelled(Lake lake, RouteTraining training, Path file) {
    LabelledTexts texts = LabelledTexts.read(file);
    return result(
        training.keep(lake.policies(), training.classify(texts.examples())), 0, texts.leftOut());
  }

  private static Result result(
      RouteTraining.Trained trained, int heldOut, Map<String, Long> leftOut) {
    PolicyDocument it = trained.document();
    return new Result(
        trained.version(),
        trained.isNew(),
        it.kind().wire(),
        it.route(),
        it.trainedOn().examples(),
        heldOut,
        leftOut,
        it.model().length() / 4 * 3);
  }

  private static void print(PrintStream out, Result it) {
    out.println(
        "Policy "
            + it.policy()
            + (it.isNew() ? "" : " (the same as before)")
            + ": "
            + it.kind()
            + ", for the route "
            + it.route());
    Table table = new Table();
    table.row("learned from", (long) it.learnedFrom());
    table.row("held out for the gate", (long) it.heldOut());
    it.leftOut().forEach((reason, count) -> table.row("left out: " + reason, count));
    table.row("bytes", (long) it.bytes());
    table.print(out, "  ");
    out.println("Judge it with treadle route promote " + it.policy());
  }
}
