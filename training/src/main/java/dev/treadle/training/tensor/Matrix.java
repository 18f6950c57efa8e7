package dev.treadle.training.tensor;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A weight that the model multiplies with, however it is kept. */
sealed interface Matrix {
  /** The numbers to compute with, of out × in. */
  Tensor tensor();

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
