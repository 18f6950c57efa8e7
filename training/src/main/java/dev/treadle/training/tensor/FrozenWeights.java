package dev.treadle.training.tensor;

import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.Weights;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A folder's weights as tensors. What is computed with as it is written in the file is mapped and
 * never copied; anything else is converted.
 */
final class FrozenWeights implements AutoCloseable {
  private final Weights weights;
  private final Arithmetic arithmetic;
  private final Device device;
  private final List<MappedTensor> mapped = new ArrayList<>();
  private final List<Tensor> converted = new ArrayList<>();
  private final List<Prepacked> prepacked = new ArrayList<>();

  FrozenWeights(Weights weights, Arithmetic arithmetic, Device device) {
    this.weights = weights;
    this.arithmetic = arithmetic;
    this.device = device;
  }

  /** To compute with, for as long as this is open. */
  Tensor tensor(String name) {
    MappedTensor found = find(name);
    if (Tensors.has(found.tensor(), arithmetic.type()) && device == Device.CPU) {
      mapped.add(found);
      return found.tensor();
    }
    try (found) {
      Tensor copy = device.place(found.tensor().to(arithmetic.type()));
      converted.add(copy);
      return copy;
    }
  }

  /** A matrix laid out for products. Of the file's own pages none stay in memory. */
  Matrix prepacked(String name) {
    MappedTensor found = find(name);
    mapped.add(found);
    Prepacked matrix = Prepacked.of(found.tensor(), arithmetic.type());
    prepacked.add(matrix);
    found.unload();
    return matrix;
  }

  /** A matrix in one byte for each number. */
  Matrix bytes(String name) {
    try (MappedTensor found = find(name)) {
      Matrix.Bytes matrix = Matrix.Bytes.of(device.place(found.tensor()), arithmetic.type());
      converted.add(matrix.bytes());
      converted.add(matrix.factors());
      return matrix;
    }
  }

  /** Copies a tensor's numbers into {@code target}, whatever that is written in. */
  void copy(String name, Tensor target) {
    try (MappedTensor found = find(name)) {
      target.copy_(found.tensor());
    }
  }

  private MappedTensor find(String name) {
    Weights.Tensor found =
        weights
            .tensor(name)
            .orElseThrow(
                () ->
                    TrainingError.TENSORS_WRONG.because(
                        weights.folder() + " lacks the tensor " + name));
    return MappedTensor.of(found.shard(), found.entry());
  }

  @Override
  public void close() {
    prepacked.forEach(Prepacked::close);
    converted.forEach(Tensor::close);
    mapped.forEach(MappedTensor::close);
  }
}
