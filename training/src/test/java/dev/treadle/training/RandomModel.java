package dev.treadle.training;

import dev.treadle.training.making.ModelMaker;
import dev.treadle.training.making.ModelPlan;
import dev.treadle.training.model.Architecture;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.transcript.Json;
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
 * A small model with a tokenizer whose weights are all random, and large enough that it foretells
 * different tokens in different places: none of its norms is one and none of its biases zero.
 */
public final class RandomModel {
  /** Texts of several scripts, numbers, code and white space. */
  public static final String TEXTS =
      """
      The quick brown fox jumps over the lazy dog. It's 12,345.67 or 2026-11-20, isn't it?
      def greet(name: str) -> str:
          return f"Hello, {name}!"  # a comment
      \tfor (int i = 0; i < 10; i++) { sum += array[i] * 0x1F; }
      Grüße aus Köln, où êtes-vous, señor Ñandú? Привет, мир! 你好，世界。 こんにちは。 안녕하세요.
      👩‍💻🎉 ½ ² \u00a0\u3000 مرحبا {"key": [1, 2.5e-3, null, true]}
      """;

  private RandomModel() {}

  /** What is changed in a configuration. */
  public interface Change {
    void to(ObjectNode configuration);
  }

  /** Makes one in a new folder. */
  public static Path make(
      Path folder, Architecture architecture, int hidden, Dtype dtype, Change change)
      throws IOException {
    Path text = folder.resolveSibling(folder.getFileName() + ".txt");
    Files.writeString(text, TEXTS.repeat(3));
    Files.createDirectories(folder);
    new ModelMaker(new ModelPlan(architecture, hidden, 2, 600, 256, 1)).make(List.of(text), folder);
    Path file = folder.resolve("config.json");
    ObjectNode configuration = (ObjectNode) Json.read(Files.readAllBytes(file));
    change.to(configuration);
    Files.writeString(file, configuration.toString());
    Files.delete(folder.resolve(Weights.SINGLE));
    weights(folder, dtype);
    return folder;
  }

  private static void weights(Path folder, Dtype dtype) {
    ModelShape shape = ModelShape.read(folder);
    List<TensorShape> tensors = new ArrayList<>();
    ModelTensors.of(shape)
        .tensors()
        .forEach(
            (name, size) -> {
              if (!shape.isTied() || !name.startsWith(ModelTensors.HEAD)) {
                tensors.add(new TensorShape(name, dtype, size));
              }
            });
    SplittableRandom random = new SplittableRandom(7);
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve(Weights.SINGLE), tensors, Map.of())) {
      for (TensorShape it : tensors) {
        ByteBuffer bytes =
            ByteBuffer.allocate(Math.toIntExact(it.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
          double draw = random.nextDouble() - 0.5;
          float value = (float) (it.name().endsWith("norm.weight") ? 1 + draw : draw / 2);
          switch (dtype) {
            case F32 -> bytes.putFloat(value);
            case F16 -> bytes.putShort(Float.floatToFloat16(value));
            case BF16 -> bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
            case F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
                throw new IllegalArgumentException("" + dtype);
          }
        }
        writer.write(it.name(), 0, bytes.flip());
      }
    }
  }
}
