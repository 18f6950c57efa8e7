package dev.treadle.training.tensor;

import static org.bytedeco.pytorch.global.torch.mul;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Root mean square norm of each row, as Hugging Face computes it: wide, rounded, then multiplied by
 * the weight.
 *
 * @param name of its weight
 */
record Norm(String name, Matrix weight, double epsilon, ScalarType wide) {
  /** What each row is multiplied by. */
  Tensor factors(Tensor input) {
    Tensor length = Tensors.rowNorm(Tensors.cast(input, wide));
    return length
        .mul_(length)
        .div_(Tensors.number((double) input.size(-1)))
        .add_(Tensors.number(epsilon))
        .rsqrt_();
  }

  Tensor forward(Tensor input, Tensor factors) {
    Tensor normed = mul(input, factors);
    return Tensors.cast(normed, input.scalar_type()).mul_(weight.tensor());
  }

  /**
   * Adds the gradient by the input to {@code sum}, and that by the weight to {@code gradients}.
   *
   * @param slope the gradient by the output; overwritten
   */
  void backward(Tensor slope, Tensor input, Tensor factors, Tensor sum, Gradients gradients) {
    if (gradients.has(name)) {
      Tensor normed = Tensors.cast(mul(input, factors), slope.scalar_type());
      gradients.of(name).add_(Tensors.sumOf(normed.mul_(slope).view(-1, slope.size(-1)), 0, false));
    }
    slope.mul_(weight.tensor());
    Tensor product = mul(Tensors.cast(slope, wide), Tensors.cast(input, wide));
    Tensor pull = Tensors.sumOf(product, -1, true);
    Tensor cubed = mul(factors, factors).mul_(factors);
    pull.mul_(cubed).div_(Tensors.number((double) -input.size(-1)));
    if (Tensors.has(sum, wide)) {
      sum.addcmul_(slope, factors);
      sum.addcmul_(input, pull);
    } else {
      product.copy_(slope);
      product.mul_(factors);
      product.addcmul_(input.to(wide), pull);
      sum.add_(product);
    }
  }
}
