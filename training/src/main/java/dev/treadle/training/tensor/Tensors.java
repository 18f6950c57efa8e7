package dev.treadle.training.tensor;

import static org.bytedeco.pytorch.global.torch.addmm_out;
import static org.bytedeco.pytorch.global.torch.empty;
import static org.bytedeco.pytorch.global.torch.mm;
import static org.bytedeco.pytorch.global.torch.mm_out;
import static org.bytedeco.pytorch.global.torch.mv;
import static org.bytedeco.pytorch.global.torch.zeros;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Operations of libtorch in the form that the model's code wants them. */
final class Tensors {
  private Tensors() {}

  /** Lets a tensor outlive the scope that it was made in; {@link #free} gives it back. */
  static Tensor keep(Tensor tensor) {
    tensor.retainReference();
    return tensor;
  }

  static void free(Tensor tensor) {
    tensor.releaseReference();
  }

  /** Room for numbers of the same kind, in the same place. */
  static Tensor like(Tensor tensor, long... shape) {
    return empty(shape, tensor.options(), null);
  }

  static Tensor zerosLike(Tensor tensor, long... shape) {
    return zeros(shape, tensor.options());
  }

  static Scalar number(double value) {
    return new Scalar(value);
  }

  /** Types come as objects of their own, whose identity says nothing. */
  static boolean has(Tensor tensor, ScalarType type) {
    return tensor.scalar_type().value == type.value;
  }

  static Tensor cast(Tensor tensor, ScalarType type) {
    return has(tensor, type) ? tensor : tensor.to(type);
  }

  static Tensor sumOf(Tensor tensor, long dimension, boolean keeps) {
    return tensor.sum(new long[] {dimension}, keeps, new ScalarTypeOptional());
  }

  /** The length of each row. */
  static Tensor rowNorm(Tensor tensor) {
    return torch.linalg_vector_norm(
        tensor, number(2), new long[] {-1}, true, new ScalarTypeOptional());
  }

  /** sum += factor · a × b, whatever a and b are written in. */
  static void addProduct(Tensor sum, Tensor a, Tensor b, double factor) {
    if (has(sum, a.scalar_type())) {
      addmm_out(sum, sum, a, b, number(1), number(factor));
    } else {
      try (Tensor product = mm(a, b)) {
        sum.add_(product, number(factor));
      }
    }
  }

  /**
   * rows × weightᵀ. One row alone is a product with a vector, which reads the weight once as it
   * lies; as a product of matrices it would be copied into blocks first.
   *
   * @param weight of out × in
   */
  static Tensor through(Tensor rows, Tensor weight) {
    return rows.size(0) == 1 ? mv(weight, rows.select(0, 0)).unsqueeze(0) : mm(rows, weight.t());
  }

  static void product(Tensor result, Tensor a, Tensor b) {
    mm_out(result, a, b);
  }
}
