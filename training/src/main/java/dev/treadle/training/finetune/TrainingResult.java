package dev.treadle.training.finetune;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What came of a run.
 *
 * @param model the folder of the adapter or model
 * @param steps that were done, in all
 * @param resumedAt the step that an earlier run had come to
 * @param reason why it ended: {@code done}, or {@code patience}
 * @param firstLoss of the first step
 * @param lastLoss of the last step
 * @param baseLoss of the validation examples before the first step
 * @param validationLoss of the validation examples with what was made
 * @param parameters that were trained
 * @param tokens that were computed by this process
 * @param peakBytes the most memory that the process had in use; 0 where that is unknown
 */
public record TrainingResult(
    Path model,
    int steps,
    Optional<Integer> resumedAt,
    String reason,
    Optional<Double> firstLoss,
    Optional<Double> lastLoss,
    Optional<Double> baseLoss,
    Optional<Double> validationLoss,
    long parameters,
    long tokens,
    double seconds,
    long peakBytes) {}
