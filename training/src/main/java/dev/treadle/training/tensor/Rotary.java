package dev.treadle.training.tensor;

import static org.bytedeco.pytorch.global.torch.mul_out;

import org.bytedeco.pytorch.Tensor;

/** Turns queries and keys by their positions, the first half of each head against the second. */
final class Rotary {
  private Rotary() {}

  /**
   * Turns heads.
   *
   * @param from of any dimensions, the last one head
   * @param to as {@code from}
   * @param cosines of as many dimensions, the last half a head
   */
  static void turn(Tensor from, Tensor to, Tensor cosines, Tensor sines) {
    turn(from, to, cosines, sines, 1);
  }

  /** Turns them back. */
  static void turnBack(Tensor from, Tensor to, Tensor cosines, Tensor sines) {
    turn(from, to, cosines, sines, -1);
  }

  private static void turn(Tensor from, Tensor to, Tensor cosines, Tensor sines, double direction) {
    long half = from.size(-1) / 2;
    Tensor first = from.narrow(-1, 0, half);
    Tensor second = from.narrow(-1, half, half);
    Tensor firstTo = to.narrow(-1, 0, half);
    Tensor secondTo = to.narrow(-1, half, half);
    mul_out(firstTo, first, cosines);
    firstTo.addcmul_(second, sines, Tensors.number(-direction));
    mul_out(secondTo, second, cosines);
    secondTo.addcmul_(first, sines, Tensors.number(direction));
  }
}
