package dev.treadle.app.command;

import dev.treadle.app.wheel.JudgeTrial;
import dev.treadle.app.workspace.AppError;
import dev.treadle.app.workspace.Machine;
import dev.treadle.app.workspace.Workspace;
import dev.treadle.gateway.ApiKeys;
import dev.treadle.gateway.Secret;
import dev.treadle.measure.score.JudgeReport;
import dev.treadle.measure.statistics.Interval;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code treadle route judge}: how far the judging model can be trusted. */
@Command(
    name = "judge",
    description = RouteJudgeCommand.ABOUT,
    footer = {
      "",
      "Each line of the file has a question, an answer and a label (true, false, or 0 to 1). The answers are graded",
      "through a gateway of its own for as long as it takes. What the figures mean: docs/evaluate.md.",
      "Examples:",
      "  treadle route judge --labels labelled.jsonl",
      "  treadle route judge --labels labelled.jsonl --json"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RouteJudgeCommand implements Callable<Integer> {
  static final String ABOUT = "Compare the judging model's grades with labels that people gave.";

  private final Machine machine;
  @Mixin private Common common = new Common();

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      required = true,
      description = "Labelled answers, one {\"question\", \"answer\", \"label\"} a line.")
  private Path labels = Path.of("");

  /** How far the judge can be trusted. */
  record Result(JudgeReport judge, Map<String, Long> leftOut) {}

  RouteJudgeCommand(Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    Workspace workspace = common.workspace(machine);
    ApiKeys.Passing access = ApiKeys.passing(machine.clock().instant(), machine.random());
    Result result;
    try (ServeRun serving = ServeRun.startFor(workspace, access.keys())) {
      result = judged(serving.url(), access.key());
      serving.drain();
    }
    common.print(machine, result, it -> print(machine.out(), it));
    return 0;
  }

  private Result judged(URI gateway, Secret key) {
    JudgeTrial trial = new JudgeTrial(gateway, key);
    JudgeReport report = trial.run(machine.folder().resolve(labels));
    if (report.unscored() == report.cases()) {
      throw AppError.NO_ANSWER.because(
          "the judge graded none of "
              + report.cases()
              + " answers: name one in evaluate.judge, and see whether it answers in JSON");
    }
    return new Result(report, trial.leftOut());
  }

  private static void print(PrintStream out, Result result) {
    JudgeReport it = result.judge();
    Table table = new Table();
    table.row("answers", (long) it.cases());
    table.row("without a grade", (long) it.unscored());
    result.leftOut().forEach((reason, count) -> table.row("left out: " + reason, count));
    it.agreement().ifPresent(agreement -> table.row("agreement", interval(agreement)));
    table.row("Cohen's kappa", String.format(Locale.ROOT, "%.3f", it.kappa()));
    table.row("calibration error", String.format(Locale.ROOT, "%.3f", it.calibrationError()));
    it.auroc().ifPresent(auroc -> table.row("AUROC", interval(auroc)));
    it.lengthBias().ifPresent(bias -> table.row("liking for length", interval(bias)));
    table.print(out, "");
  }

  private static String interval(Interval it) {
    return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", it.estimate(), it.low(), it.high());
  }
}
