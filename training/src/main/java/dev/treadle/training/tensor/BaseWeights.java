package dev.treadle.training.tensor;

import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A folder's weights as tensors. What is computed with as it is written in the file is mapped and
 * never copied; anything else is converted.
 */
final class BaseWeights implements AutoCloseable {
  private final Weights weights;
  private final Arithmetic arithmetic;
  private final Arena arena = Arena.ofShared();
  private final List<Tensor> tensors = new ArrayList<>();

  BaseWeights(Weights weights, Arithmetic arithmetic) {
    this.weights = weights;
    this.arithmetic = arithmetic;
  }

  boolean has(String name) {
    return weights.tensor(name).isPresent();
  }

  /** To compute with, for as long as this is open. */
  Tensor tensor(String name) {
    Tensor mapped = mapped(name);
    if (mapped.scalar_type() == arithmetic.type()) {
      tensors.add(mapped);
      return mapped;
    }
    try (mapped) {
      Tensor converted = mapped.to(arithmetic.type());
      tensors.add(converted);
      return converted;
    }
  }

  /** A matrix in one byte for each number. */
  Matrix bytes(String name) {
    try (Tensor mapped = mapped(name);
        Tensor converted = mapped.to(arithmetic.type())) {
      Matrix.Bytes matrix = Matrix.Bytes.of(converted);
      tensors.add(matrix.bytes());
      tensors.add(matrix.factors());
      return matrix;
    }
  }

  /** Copies a tensor's numbers into {@code target}, whatever that is written in. */
  void copy(String name, Tensor target) {
    try (Tensor mapped = mapped(name)) {
      target.copy_(mapped);
    }
  }

  private Tensor mapped(String name) {
    Weights.Tensor found =
        weights
            .tensor(name)
            .orElseThrow(
                () ->
                    TrainingError.TENSORS_WRONG.because(
                        weights.folder() + " lacks the tensor " + name));
    MemorySegment bytes = found.shard().map(found.entry(), arena);
    long[] shape = found.shape().shape().stream().mapToLong(Long::longValue).toArray();
    return torch.from_blob(
        new Mapped(bytes), shape, new TensorOptions(type(found.shape().dtype(), name)));
  }

  private static ScalarType type(Dtype dtype, String name) {
    return switch (dtype) {
      case F32 -> ScalarType.Float;
      case F16 -> ScalarType.Half;
      case BF16 -> ScalarType.BFloat16;
      case F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw TrainingError.DTYPE_UNSUPPORTED.because(
              name + " is written in " + dtype + "; computed with are F32, F16 and BF16");
    };
  }

  /** The address of mapped bytes: a buffer could hold two gigabytes at most. */
  private static final class Mapped extends Pointer {
    Mapped(MemorySegment bytes) {
      address = bytes.address();
    }
  }

  @Override
  public void close() {
    tensors.forEach(Tensor::close);
    arena.close();
  }
}
