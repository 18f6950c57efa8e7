package dev.treadle.training.report;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** One line of a run's log. */
public sealed interface LogEntry {
  /** After how many steps it was written. */
  int step();

  /**
   * What is trained on what: the first line.
   *
   * @param settings as {@link dev.treadle.training.settings.TrainingSettings#toJson} gives them
   * @param base where the model that is trained on lies, as it was named
   * @param baseHash of its weights
   * @param dataset likewise
   * @param steps of the whole run
   * @param examples that are trained on
   * @param rows that they fill
   * @param tokens of them in one epoch
   * @param targetTokens of those, the ones that count in the loss
   * @param validationExamples that are evaluated on
   * @param parameters that are trained
   * @param skipped how many examples were left out, by reason
   */
  record Start(
      Instant at,
      JsonNode settings,
      String base,
      String baseHash,
      String dataset,
      String datasetHash,
      int steps,
      long examples,
      long rows,
      long tokens,
      long targetTokens,
      long validationExamples,
      long parameters,
      Map<String, Long> skipped)
      implements LogEntry {
    public Start {
      skipped = Collections.unmodifiableMap(new LinkedHashMap<>(skipped));
    }

    @Override
    public int step() {
      return 0;
    }
  }

  /**
   * One step.
   *
   * @param step from 1
   * @param epoch how often all examples were seen by then
   * @param loss the mean over the step's target tokens
   * @param learningRate that it was done with
   * @param gradNorm of all gradients together, before they were shortened
   * @param tokens that were computed in it
   * @param targetTokens of those, the ones that count in the loss
   * @param tokensPerSecond while it was computed
   * @param memoryBytes that the process had in use at most by then
   * @param seconds that were trained by then, without breaks
   */
  record Step(
      int step,
      double epoch,
      double loss,
      double learningRate,
      double gradNorm,
      long tokens,
      long targetTokens,
      double tokensPerSecond,
      long memoryBytes,
      double seconds)
      implements LogEntry {}

  /**
   * One evaluation on the validation split.
   *
   * @param loss the mean over all its target tokens
   * @param accuracy the share of them that the model would have said itself, if it was counted
   * @param isBest whether no loss was lower before
   */
  record Evaluation(
      int step,
      double epoch,
      double loss,
      Optional<Double> accuracy,
      long targetTokens,
      boolean isBest,
      double seconds)
      implements LogEntry {}

  /**
   * A checkpoint was kept.
   *
   * @param folder its name
   */
  record Checkpoint(int step, String folder, boolean isBest) implements LogEntry {}

  /** A run went on from a checkpoint; what was logged after that is gone. */
  record Resume(int step, Instant at, String folder) implements LogEntry {}

  /**
   * The run ended.
   *
   * @param reason one word or a few: done, patience, interrupted …
   * @param result the folder of what was made
   */
  record End(int step, Instant at, String reason, String result, double seconds)
      implements LogEntry {}

  /** A line of a kind that this version does not know. */
  record Unknown(int step, String raw) implements LogEntry {}
}
