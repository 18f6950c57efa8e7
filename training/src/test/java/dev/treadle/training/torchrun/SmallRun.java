package dev.treadle.training.torchrun;

import dev.treadle.training.GoldenModels;
import dev.treadle.training.finetune.TrainingRequest;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.tokens.Dataset;
import dev.treadle.training.tokens.Sequence;
import dev.treadle.transcript.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

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

  static Dataset dataset(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Sequence> sequences = new ArrayList<>();
    long tokens = 0;
    long targets = 0;
    for (int i = 0; i < count; i++) {
      int[] ids = new int[random.nextInt(4, 20)];
      ids[0] = random.nextInt(60);
      for (int j = 1; j < ids.length; j++) {
        ids[j] = (ids[j - 1] + 3) % 60;
      }
      boolean[] marks = new boolean[ids.length];
      Arrays.fill(marks, 2, marks.length, true);
      sequences.add(new Sequence(ids, marks));
      tokens += ids.length;
      targets += ids.length - 2L;
    }
    return new Dataset(
        sequences,
        count,
        tokens,
        targets,
        0,
        new TreeMap<>(),
        List.of(),
        new TreeMap<>(Map.of("made", "of seed " + seed)));
  }

  /**
   * Thirty sequences: no number of rows of a step divides them, so an epoch's last step is short.
   */
  static TrainingRequest request(String model, Path output, String settings, boolean resumes) {
    return new TrainingRequest(
        GoldenModels.folder("tuned/" + model + "/base"),
        dataset(30, 1),
        Optional.of(dataset(7, 2)),
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
