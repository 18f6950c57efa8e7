package dev.treadle.app.learning;

import dev.treadle.training.finetune.FineTuning;
import dev.treadle.training.finetune.TrainingRequest;
import dev.treadle.training.finetune.TrainingResult;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.settings.TooLong;
import dev.treadle.training.settings.TrainingSettings;
import dev.treadle.training.tokens.BytePairTrainer;
import dev.treadle.training.tokens.Dataset;
import dev.treadle.training.tokens.LengthLimit;
import dev.treadle.training.tokens.TextEncoder;
import dev.treadle.training.tokens.TextReader;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.training.tokens.TokenizerFamily;
import dev.treadle.transcript.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Makes a small Qwen3 and its tokenizer, and trains it on plain texts. */
final class TinyBase {
  private static final int VOCABULARY = 2048;
  private static final int LENGTH = 256;
  private static final String CONFIGURATION =
      """
      {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": 128,
       "intermediate_size": 384, "num_hidden_layers": 4, "num_attention_heads": 4,
       "num_key_value_heads": 2, "head_dim": 32, "vocab_size": VOCABULARY, "hidden_act": "silu",
       "rms_norm_eps": 1e-06, "rope_theta": 10000.0, "max_position_embeddings": 512,
       "tie_word_embeddings": true, "torch_dtype": "float32"}
      """;
  private static final String SETTINGS =
      """
      {"training": {"method": "full", "objective": "text", "batch_size": 4,
       "gradient_accumulation_steps": 1, "max_length": 256, "packing": true, "learning_rate": 2e-3,
       "min_lr_rate": 0.1, "warmup_ratio": 0.05, "weight_decay": 0.1, "seed": 1, "bf16": false,
       "eval_strategy": "no", "save_strategy": "no", "num_epochs": EPOCHS}}
      """;

  private TinyBase() {}

  /** A model in {@code folder}, and what came of its training. */
  static TrainingResult make(Path folder, List<Path> texts, String epochs, int threads)
      throws IOException {
    Path random = Files.createDirectories(folder.resolve("random"));
    BytePairTrainer trainer = new BytePairTrainer(TokenizerFamily.QWEN);
    TextReader.read(texts, trainer);
    trainer.write(random, VOCABULARY, LENGTH);
    Dataset dataset;
    try (Tokenizer tokenizer = Tokenizer.open(random)) {
      Files.writeString(
          random.resolve("config.json"),
          CONFIGURATION.replace("VOCABULARY", Integer.toString(tokenizer.size())));
      dataset =
          TextReader.read(
              texts,
              new TextEncoder(tokenizer, LENGTH),
              new LengthLimit(LENGTH, TooLong.CUT, 1 << 20));
    }
    randomWeights(random, new Random(1));
    return train(random, dataset, folder.resolve("base"), SETTINGS, epochs, threads);
  }

  private static void randomWeights(Path folder, Random random) {
    ModelTensors tensors = ModelTensors.of(ModelShape.read(folder));
    List<TensorShape> shapes = new ArrayList<>();
    tensors
        .tensors()
        .forEach(
            (name, shape) -> {
              if (!name.startsWith(ModelTensors.HEAD)) { // tied to the embedding
                shapes.add(new TensorShape(name, Dtype.F32, shape));
              }
            });
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(
            folder.resolve("model.safetensors"), shapes, Map.of("format", "pt"))) {
      for (TensorShape it : shapes) {
        ByteBuffer bytes =
            ByteBuffer.allocate(Math.toIntExact(it.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
          bytes.putFloat(it.name().contains("norm") ? 1 : (float) (0.05 * random.nextGaussian()));
        }
        writer.write(it.name(), 0, bytes.flip());
      }
    }
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
