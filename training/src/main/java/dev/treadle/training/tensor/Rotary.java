package dev.treadle.training.tensor;

import org.bytedeco.pytorch.Tensor;

/** Turns queries and keys by their positions, the first half of each head against the second. */
final class Rotary {
  private Rotary() {}

  /** Of tokens × heads × head size. */
  static Tensor turn(Tensor heads, MicroBatch batch) {
    Tensor turned = Tensors.make(heads.scalar_type(), heads.size(0), heads.size(1), heads.size(2));
    turn(heads, turned, batch.cosines(), batch.sines(), 1);
    return turned;
  }

  /** The way back: the other way round, into {@code target}. */
  static void turnBack(Tensor slopes, Tensor target, Tensor cosines, Tensor sines) {
    turn(slopes, target, cosines, sines, -1);
  }

  private static void turn(Tensor from, Tensor to, Tensor cosines, Tensor sines, double direction) {
    long half = from.size(2) / 2;
    Tensor first = from.narrow(2, 0, half);
    Tensor second = from.narrow(2, half, half);
    Tensor firstTo = to.narrow(2, 0, half);
    Tensor secondTo = to.narrow(2, half, half);
    org.bytedeco.pytorch.global.torch.mul_out(firstTo, first, cosines);
    firstTo.addcmul_(second, sines, Tensors.number(-direction));
    org.bytedeco.pytorch.global.torch.mul_out(secondTo, second, cosines);
    secondTo.addcmul_(first, sines, Tensors.number(direction));
  }
}
