package dev.treadle.app.learning;

import dev.treadle.training.finetune.FineTuning;
import dev.treadle.training.finetune.TrainingRequest;
import dev.treadle.training.finetune.TrainingResult;
import dev.treadle.training.making.ModelMaker;
import dev.treadle.training.making.ModelPlan;
import dev.treadle.training.model.Architecture;
import dev.treadle.training.settings.TooLong;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.tokens.Dataset;
import dev.treadle.training.tokens.LengthLimit;
import dev.treadle.training.tokens.TextEncoder;
import dev.treadle.training.tokens.TextReader;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A small Qwen3 that was trained on plain texts. */
final class SourceModel {
  private static final int LENGTH = 256;
  private static final String SETTINGS =
      """
      {"training": {"method": "full", "objective": "text", "batch_size": 4,
       "gradient_accumulation_steps": 1, "max_length": 256, "packing": true, "learning_rate": 2e-3,
       "min_lr_rate": 0.1, "warmup_ratio": 0.05, "weight_decay": 0.1, "seed": 1, "bf16": false,
       "eval_strategy": "no", "save_strategy": "no", "num_epochs": EPOCHS}}
      """;

  private SourceModel() {}

  /** A model in {@code folder}, and what came of its training. */
  static TrainingResult make(Path folder, List<Path> texts, String epochs, int threads)
      throws IOException {
    Path random = Files.createDirectories(folder.resolve("random"));
    new ModelMaker(ModelPlan.tiny(Architecture.QWEN3)).make(texts, random);
    Dataset dataset;
    try (Tokenizer tokenizer = Tokenizer.open(random)) {
      dataset =
          TextReader.read(
              texts,
              new TextEncoder(tokenizer, LENGTH),
              new LengthLimit(LENGTH, TooLong.CUT, 1 << 20));
    }
    return train(random, dataset, folder.resolve("base"), SETTINGS, epochs, threads);
  }

  /** Trains with settings in which {@code EPOCHS} stands for how long. */
  static TrainingResult train(
      Path base, Dataset dataset, Path output, String settings, String epochs, int threads) {
    String told = settings.replace("EPOCHS", epochs);
    return new FineTuning(
            new TrainingRequest(
                base,
                dataset,
                Optional.empty(),
                "sources",
                output,
                false,
                TrainingSettings.read(Json.read(told.getBytes(StandardCharsets.UTF_8))),
                threads,
                Long.MAX_VALUE,
                InstantSource.system(),
                System::nanoTime),
            (_, _) -> {})
        .run();
  }
}
