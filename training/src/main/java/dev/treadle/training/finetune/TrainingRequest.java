package dev.treadle.training.finetune;

import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.tokens.Dataset;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What is trained on what.
 *
 * @param base the folder of the model that it begins with
 * @param train what is learned
 * @param validation what the model is judged on
 * @param dataset what the examples are called
 * @param output the folder for checkpoints, log, curve, report and {@code final_model}
 * @param resumes whether to go on with a run that is there; without one it begins
 * @param threads how many compute
 * @param availableBytes of memory; a run that would need more is refused
 * @param nanos a clock that never goes back
 */
public record TrainingRequest(
    Path base,
    Dataset train,
    Optional<Dataset> validation,
    String dataset,
    Path output,
    boolean resumes,
    TrainingSettings settings,
    int threads,
    long availableBytes,
    InstantSource clock,
    LongSupplier nanos) {}
