package dev.treadle.training.tensor;

import dev.treadle.training.NewFolder;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.ShardedWeights;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.safetensors.Weights;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Writes the weights of a network whose every weight was trained. */
public final class Models {
  private Models() {}

  /** Writes them as the base has them: the same names, numbers of the same form. */
  public static void write(NewFolder folder, Weights base, Parameters parameters) {
    List<TensorShape> shapes = new ArrayList<>();
    for (Weights.Tensor it : base.tensors().values()) {
      if (parameters.has(it.name())) {
        shapes.add(it.shape());
      }
    }
    ShardedWeights shards =
        new ShardedWeights(folder.path(), shapes, ShardedWeights.DEFAULT_MAX_BYTES);
    for (int i = 0; i < shards.shardCount(); i++) {
      try (SafetensorsWriter writer = shards.create(i)) {
        for (TensorShape it : shards.tensors(i)) {
          try (Tensor values = parameters.master(it.name())) {
            TensorFile.write(writer, it, values);
          }
        }
        writer.force();
      }
    }
    shards.index().forEach(folder::write);
  }
}
