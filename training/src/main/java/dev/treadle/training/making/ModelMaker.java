package dev.treadle.training.making;

import dev.treadle.training.PythonJson;
import dev.treadle.training.TrainingError;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tokens.BytePairTrainer;
import dev.treadle.training.tokens.Dataset;
import dev.treadle.training.tokens.TextReader;
import dev.treadle.training.tokens.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a model that knows nothing yet: a tokenizer learned from texts, a configuration, and random
 * weights in float32, as files that Hugging Face's transformers loads. Same plan and texts, same
 * bytes.
 */
public final class ModelMaker {
  private static final int PIECE_NUMBERS = 1 << 20;

  private final ModelPlan plan;

  public ModelMaker(ModelPlan plan) {
    this.plan = plan;
  }

  /**
   * Makes it.
   *
   * @param texts that the tokenizer learns from
   * @param folder that is there and empty
   * @return what was read of the texts; it has no sequences
   * @throws dev.treadle.transcript.TreadleException if there is no text, or it cannot be read
   */
  public Dataset make(List<Path> texts, Path folder) {
    BytePairTrainer trainer = new BytePairTrainer(plan.family());
    Dataset read = TextReader.read(texts, trainer);
    if (read.examples() == 0) {
      throw TrainingError.DATASET_EMPTY.because(
          "there is no text to learn from in " + texts.size() + " files");
    }
    trainer.write(folder, plan.vocabulary(), plan.context());
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      ModelFiles files = new ModelFiles(plan, folder, tokenizer);
      write(folder.resolve("config.json"), files.configuration());
      write(folder.resolve("generation_config.json"), files.generation());
    }
    writeWeights(folder);
    return read;
  }

  private static void write(Path file, ObjectNode json) {
    try {
      Files.writeString(file, PythonJson.FILE.dumps(json) + "\n");
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }

  private void writeWeights(Path folder) {
    ModelShape shape = ModelShape.read(folder);
    List<TensorShape> tensors = new ArrayList<>();
    ModelTensors.of(shape)
        .tensors()
        .forEach(
            (name, dimensions) -> {
              if (!name.startsWith(ModelTensors.HEAD)) {
                tensors.add(new TensorShape(name, Dtype.F32, dimensions));
              }
            });
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve(Weights.SINGLE), tensors, Map.of("format", "pt"))) {
      SplittableRandom seeds = new SplittableRandom(plan.seed());
      for (TensorShape it : tensors) {
        write(writer, it, seeds.split());
      }
      writer.force();
    }
  }

  /** Norms begin at one, biases at zero. */
  private void write(SafetensorsWriter writer, TensorShape tensor, SplittableRandom random) {
    long left = tensor.elements();
    long offset = 0;
    while (left > 0) {
      int count = (int) Math.min(left, PIECE_NUMBERS);
      ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        bytes.putFloat(
            tensor.name().endsWith("norm.weight")
                ? 1
                : tensor.name().endsWith(".bias") ? 0 : (float) (plan.spread() * normal(random)));
      }
      bytes.flip();
      writer.write(tensor.name(), offset, bytes);
      offset += (long) count * Float.BYTES;
      left -= count;
    }
  }

  /** Box and Muller's way, in {@code StrictMath}: no JDK promises the digits of its own. */
  private static double normal(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
