package dev.treadle.app.command;

import dev.treadle.training.finetune.TrainingResult;
import dev.treadle.training.report.LogEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a training gave.
 *
 * @param run in the lake, where there is a workspace
 * @param base the model's folder
 * @param model the folder of the adapter, or of the model where all weights were trained
 * @param isAdapter which of the two
 * @param reason why it ended: done, or patience
 * @param resumedAt the step that it went on after
 * @param parameters that were trained
 * @param tokensPerSecond while it trained, without evaluations
 * @param seconds with evaluations, and with what ran before a resume
 * @param peakBytes of the process
 * @param notes what whoever trains should know
 */
record TrainResult(
    Optional<String> run,
    Path base,
    String baseSha256,
    Path output,
    Path model,
    boolean isAdapter,
    int steps,
    String reason,
    Optional<Integer> resumedAt,
    long parameters,
    Inputs data,
    Losses losses,
    double tokensPerSecond,
    double seconds,
    long peakBytes,
    List<String> notes) {
  /**
   * What was trained on.
   *
   * @param examples sequences that were trained on
   * @param tokens in one epoch
   * @param targetTokens of those, the ones that are learned
   * @param cut sequences of which only the beginning fits
   * @param skipped how many were left out, by reason
   * @param skippedFirst the first of them, with file and line
   * @param heldOut sequences that were judged by
   * @param heldOutTargets tokens of those that count
   */
  record Inputs(
      String name,
      String sha256,
      long examples,
      long tokens,
      long targetTokens,
      long cut,
      Map<String, Long> skipped,
      List<String> skippedFirst,
      long heldOut,
      long heldOutTargets) {}

  /**
   * Mean losses a token: of the first and last step, and on what was held out before the first step
   * and at the end.
   */
  record Losses(
      Optional<Double> first,
      Optional<Double> last,
      Optional<Double> base,
      Optional<Double> tuned,
      Optional<Double> basePerplexity,
      Optional<Double> tunedPerplexity) {
    static Losses of(
        Optional<Double> first,
        Optional<Double> last,
        Optional<Double> base,
        Optional<Double> tuned) {
      return new Losses(first, last, base, tuned, base.map(Math::exp), tuned.map(Math::exp));
    }
  }

  TrainResult {
    notes = List.copyOf(notes);
  }

  /** Of a run and its log, which knows of what was before a resume, too. */
  static TrainResult of(
      Optional<String> run,
      Path base,
      TrainingResult trained,
      TrainMaterial material,
      List<LogEntry> log,
      List<String> notes) {
    LogEntry.Start start = entries(log, LogEntry.Start.class).getFirst();
    List<LogEntry.Evaluation> evaluations = entries(log, LogEntry.Evaluation.class);
    Map<String, Long> skipped = new TreeMap<>(start.skipped());
    return new TrainResult(
        run,
        base,
        start.baseHash(),
        trained.model().resolveSibling(""),
        trained.model(),
        start.settings().path("training").path("method").asString("").equals("lora"),
        trained.steps(),
        trained.reason(),
        trained.resumedAt(),
        trained.parameters(),
        new Inputs(
            start.dataset(),
            start.datasetHash(),
            start.examples(),
            start.tokens(),
            start.targetTokens(),
            material.train().cut(),
            skipped,
            material.train().notes(),
            start.validationExamples(),
            evaluations.isEmpty() ? 0 : evaluations.getLast().targetTokens()),
        Losses.of(
            entries(log, LogEntry.Step.class).stream().findFirst().map(LogEntry.Step::loss),
            trained.lastLoss(),
            evaluations.stream()
                .filter(it -> it.step() == 0)
                .findFirst()
                .map(LogEntry.Evaluation::loss),
            trained.validationLoss()),
        speed(entries(log, LogEntry.Step.class)),
        trained.seconds(),
        trained.peakBytes(),
        notes);
  }

  private static <E extends LogEntry> List<E> entries(List<LogEntry> log, Class<E> kind) {
    return log.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static double speed(List<LogEntry.Step> steps) {
    double seconds = 0;
    long tokens = 0;
    for (LogEntry.Step it : steps) {
      tokens += it.tokens();
      seconds += it.tokens() / Math.max(1e-9, it.tokensPerSecond());
    }
    return tokens / Math.max(1e-9, seconds);
  }
}
