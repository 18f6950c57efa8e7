package dev.treadle.training.torchrun;

import dev.treadle.training.CountingDataset;
import dev.treadle.training.GoldenModels;
import dev.treadle.training.finetune.TrainingRequest;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.transcript.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A training that takes seconds: a tiny model and sequences that it can learn. */
final class SmallRun {
  static final String SETTINGS =
      """
      {"lora": {"r": 4, "alpha": 8, "target_modules": "all-linear"},
       "training": {"batch_size": BATCH, "gradient_accumulation_steps": 2, "learning_rate": 0.02,
        "num_epochs": 3, "max_length": 32, "warmup_steps": 2, "weight_decay": 0.01,
        "save_steps": 4, "eval_steps": 4, "save_total_limit": 2,
        "gradient_checkpointing": false}}
      """;

  private SmallRun() {}

  static String settings(int batch) {
    return SETTINGS.replace("BATCH", Integer.toString(batch));
  }

  /**
   * Thirty sequences: no number of rows of a step divides them, so an epoch's last step is short.
   */
  static TrainingRequest request(String model, Path output, String settings, boolean resumes) {
    return new TrainingRequest(
        GoldenModels.folder("tuned/" + model + "/base"),
        CountingDataset.of(30, 1),
        Optional.of(CountingDataset.of(7, 2)),
        "made",
        output,
        resumes,
        TrainingSettings.read(Json.read(settings)),
        2,
        Long.MAX_VALUE,
        () -> Instant.EPOCH,
        System::nanoTime);
  }

  static Torchrun torchrun(Strategy strategy, String python, int processes) {
    return new Torchrun(
        strategy,
        AttentionKernel.SDPA,
        Optional.of(processes),
        1,
        Optional.empty(),
        Optional.of(python),
        Optional.empty());
  }
}
