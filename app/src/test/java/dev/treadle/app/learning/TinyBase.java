package dev.treadle.app.learning;

import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.settings.Decay;
import dev.treadle.training.settings.LearningRate;
import dev.treadle.training.settings.TooLong;
import dev.treadle.training.settings.WarmUp;
import dev.treadle.training.tensor.AdamW;
import dev.treadle.training.tensor.Arithmetic;
import dev.treadle.training.tensor.Dropout;
import dev.treadle.training.tensor.Network;
import dev.treadle.training.tensor.NetworkOptions;
import dev.treadle.training.tensor.Tuned;
import dev.treadle.training.tokens.Batches;
import dev.treadle.training.tokens.BytePairTrainer;
import dev.treadle.training.tokens.LengthLimit;
import dev.treadle.training.tokens.Packing;
import dev.treadle.training.tokens.Sequence;
import dev.treadle.training.tokens.TextEncoder;
import dev.treadle.training.tokens.TextReader;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.training.tokens.TokenizerFamily;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

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

  private TinyBase() {}

  /** What training on the texts did to the loss of one token. */
  record Made(long tokens, int steps, double firstLoss, double lastLoss) {}

  static Made make(Path folder, List<Path> texts, double epochs, long seed, int threads)
      throws IOException {
    Path random = Files.createDirectories(folder.resolve("random"));
    Path trained = Files.createDirectories(folder.resolve("base"));
    BytePairTrainer trainer = new BytePairTrainer(TokenizerFamily.QWEN);
    TextReader.read(texts, trainer);
    trainer.write(trained, VOCABULARY, LENGTH);
    List<Sequence> sequences;
    try (Tokenizer tokenizer = Tokenizer.open(trained)) {
      String configuration =
          CONFIGURATION.replace("VOCABULARY", Integer.toString(tokenizer.size()));
      Files.writeString(random.resolve("config.json"), configuration);
      Files.writeString(trained.resolve("config.json"), configuration);
      sequences =
          TextReader.read(
                  texts, new TextEncoder(tokenizer, LENGTH), new LengthLimit(LENGTH, TooLong.CUT))
              .sequences();
    }
    randomWeights(random, seed);
    return train(random, trained, sequences, epochs, seed, threads);
  }

  private static void randomWeights(Path folder, long seed) {
    Random random = new Random(seed);
    ModelTensors tensors = ModelTensors.of(ModelShape.read(folder));
    write(
        folder,
        tensors.tensors(),
        name -> {
          long size = tensors.shapeOf(name).stream().reduce(1L, Math::multiplyExact);
          FloatBuffer numbers = FloatBuffer.allocate(Math.toIntExact(size));
          while (numbers.hasRemaining()) {
            numbers.put(name.contains("norm") ? 1 : (float) (0.05 * random.nextGaussian()));
          }
          return numbers.flip();
        });
  }

  private static void write(
      Path folder, Map<String, List<Long>> tensors, Function<String, FloatBuffer> numbers) {
    List<TensorShape> shapes = new ArrayList<>();
    tensors.forEach((name, shape) -> shapes.add(new TensorShape(name, Dtype.F32, shape)));
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(
            folder.resolve("model.safetensors"), shapes, Map.of("format", "pt"))) {
      for (TensorShape it : shapes) {
        ByteBuffer bytes =
            ByteBuffer.allocate(Math.toIntExact(it.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers.apply(it.name()));
        writer.write(it.name(), 0, bytes);
      }
    }
  }

  private static Made train(
      Path from, Path to, List<Sequence> sequences, double epochs, long seed, int threads) {
    Batches batches = new Batches(sequences, Packing.bestFit(sequences, LENGTH), 4, 1, seed);
    int steps = (int) Math.ceil(epochs * batches.stepsPerEpoch());
    LearningRate rate = new LearningRate(2e-3, new WarmUp.Ratio(0.05), Decay.COSINE, 0.1);
    ModelShape shape = ModelShape.read(from);
    try (Weights weights = Weights.open(from);
        Network network =
            Network.open(
                shape,
                weights,
                new Tuned.Everything(),
                NetworkOptions.of(Arithmetic.FLOAT32, seed, threads));
        AdamW optimizer = new AdamW(network.parameters(), AdamW.Settings.of(0.1))) {
      double first = 0;
      double last = 0;
      Batches.Cursor cursor = Batches.Cursor.START;
      for (int i = 0; i < steps; i++) {
        Batches.Step step = batches.step(cursor);
        last = learn(network, optimizer, step, rate.at(i, steps));
        first = i == 0 ? last : first;
        cursor = step.next();
      }
      Map<String, List<Long>> tensors = new LinkedHashMap<>();
      network.parameters().slots().forEach((name, it) -> tensors.put(name, it.shape()));
      write(to, tensors, network.parameters()::read);
      long tokens = sequences.stream().mapToLong(Sequence::length).sum();
      return new Made(tokens, steps, first, last);
    }
  }

  /** One step of the optimizer; the loss of one token before it. */
  static double learn(Network network, AdamW optimizer, Batches.Step step, double learningRate) {
    Network.Cost cost = new Network.Cost(0, 0, 0);
    for (List<Sequence> it : step.microBatches()) {
      cost = cost.plus(network.learn(it, 1.0 / step.targets(), Dropout.NONE));
    }
    optimizer.step(learningRate, 1);
    return cost.mean();
  }
}
