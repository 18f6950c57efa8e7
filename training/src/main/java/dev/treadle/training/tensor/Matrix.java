package dev.treadle.training.tensor;

import static org.bytedeco.pytorch.global.torch.addmm;
import static org.bytedeco.pytorch.global.torch.mm;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** A weight that the model multiplies with, however it is kept. */
sealed interface Matrix permits Matrix.Plain, Matrix.Bytes, Matrix.Trained, Prepacked {
  /** The numbers to compute with, of out × in. */
  Tensor tensor();

  /**
   * rows × weightᵀ, and what is added to it.
   *
   * @param bias of one row
   * @param sum of as many rows; left as it is
   */
  default Tensor forward(Tensor rows, @Nullable Tensor bias, @Nullable Tensor sum) {
    Tensor transposed = tensor().t();
    if (sum != null) {
      Tensor output = addmm(sum, rows, transposed);
      return bias == null ? output : output.add_(bias);
    }
    return bias == null ? mm(rows, transposed) : addmm(bias, rows, transposed);
  }

  /**
   * slope × weight, which is what goes back to the rows.
   *
   * @param sum what it is added to; may be overwritten
   */
  default Tensor backward(Tensor slope, @Nullable Tensor sum) {
    if (sum == null) {
      return mm(slope, tensor());
    }
    Tensors.addProduct(sum, slope, tensor(), 1);
    return sum;
  }

  /** As they are. */
  record Plain(Tensor tensor) implements Matrix {}

  /**
   * As one byte each, with a factor for each row: a quarter of float32's memory. The numbers are
   * made anew for each use.
   */
  record Bytes(Tensor bytes, Tensor factors, ScalarType type) implements Matrix {
    static Bytes of(Tensor weight, ScalarType type) {
      try (Tensor wide = weight.to(ScalarType.Float);
          Tensor size = wide.abs();
          Tensor least = torch.full(new long[] {1}, Tensors.number(1e-12), wide.options())) {
        Tensor factors = torch.maximum(size.amax(new long[] {1}, true), least);
        factors.div_(Tensors.number(127));
        try (Tensor steps = torch.div(wide, factors)) {
          return new Bytes(steps.round_().to(ScalarType.Char), factors, type);
        }
      }
    }

    @Override
    public Tensor tensor() {
      return bytes.to(type).mul_(factors);
    }
  }

  /** One that training changes: looked up anew, as the numbers may have moved. */
  record Trained(Parameters parameters, String name) implements Matrix {
    @Override
    public Tensor tensor() {
      return parameters.value(name);
    }
  }
}
