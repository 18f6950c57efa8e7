package dev.treadle.training.merge;

import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.adapter.AdapterWriter;
import dev.treadle.training.adapter.Targets;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.ShardedWeights;
import dev.treadle.training.safetensors.TensorShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes what bench/merge.sh measures: a random base in BF16 with the matrices of an 8 B model of
 * the Llama family, fewer layers, and an adapter for all of them.
 */
public final class MergeBench {
  private static final String CONFIGURATION =
      """
      {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336,
       "num_hidden_layers": LAYERS, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 32000,
       "rms_norm_eps": 1e-05, "rope_theta": 500000.0, "torch_dtype": "bfloat16"}
      """;

  private MergeBench() {}

  /** Arguments: the folder to make, the number of layers, the rank. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Path base = Files.createDirectories(folder.resolve("base"));
    Files.writeString(base.resolve("config.json"), CONFIGURATION.replace("LAYERS", arguments[1]));
    ModelTensors tensors = ModelTensors.of(ModelShape.read(base));
    SplittableRandom random = new SplittableRandom(1);
    weights(base, tensors, random);
    adapter(folder.resolve("adapter"), tensors, Integer.parseInt(arguments[2]), random);
  }

  private static void weights(Path base, ModelTensors tensors, SplittableRandom random)
      throws IOException {
    List<TensorShape> shapes = new ArrayList<>();
    tensors.tensors().forEach((name, it) -> shapes.add(new TensorShape(name, Dtype.BF16, it)));
    ShardedWeights shards = new ShardedWeights(base, shapes, ShardedWeights.DEFAULT_MAX_BYTES);
    ByteBuffer piece = ByteBuffer.allocateDirect(1 << 22).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < shards.shardCount(); i++) {
      try (SafetensorsWriter writer = shards.create(i)) {
        for (TensorShape it : shards.tensors(i)) {
          for (long at = 0; at < it.bytes(); at += piece.capacity()) {
            piece.clear();
            while (piece.hasRemaining()) {
              // Four numbers between 0.008 and 0.031, of either sign.
              piece.putLong((random.nextLong() & 0x80ff_80ff_80ff_80ffL) | 0x3c00_3c00_3c00_3c00L);
            }
            writer.write(
                it.name(), at, piece.flip().limit((int) Math.min(piece.limit(), it.bytes() - at)));
          }
        }
      }
    }
    for (var it : shards.index().entrySet()) {
      Files.write(base.resolve(it.getKey()), it.getValue());
    }
  }

  private static void adapter(
      Path folder, ModelTensors tensors, int rank, SplittableRandom random) {
    List<AdapterWriter.Matrices> modules = new ArrayList<>();
    for (String it : tensors.linear()) {
      List<Long> shape = tensors.tensors().getOrDefault(it + ".weight", List.of());
      int out = Math.toIntExact(shape.getFirst());
      int in = Math.toIntExact(shape.getLast());
      modules.add(
          new AdapterWriter.Matrices(
              it, in, out, numbers(rank * in, random), numbers(out * rank, random)));
    }
    AdapterWriter.write(
        folder,
        AdapterConfiguration.of(rank, 2.0 * rank, new Targets.AllLinear()),
        modules,
        List.of());
  }

  private static FloatBuffer numbers(int count, SplittableRandom random) {
    FloatBuffer numbers = FloatBuffer.allocate(count);
    while (numbers.hasRemaining()) {
      numbers.put((random.nextFloat() - 0.5f) * 0.01f);
    }
    return numbers.flip();
  }
}
