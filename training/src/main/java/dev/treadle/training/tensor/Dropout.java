package dev.treadle.training.tensor;

import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Which inputs of an adapter's matrices are left out. The choice is a function of the seed, the
 * micro-batch and the place alone, so that a layer computed again, or a run taken up again, leaves
 * out the same.
 *
 * @param share of inputs left out, in steps of 1/65536
 * @param batch counts the micro-batches of a run
 */
public record Dropout(double share, long seed, long batch) {
  /** Nothing is left out. */
  public static final Dropout NONE = new Dropout(0, 0, 0);

  public Dropout {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException("dropout is from 0 to below 1");
    }
  }

  boolean isNone() {
    return threshold() == 0;
  }

  /** Of one of the threads that share a micro-batch. */
  Dropout of(int thread) {
    return new Dropout(share, mixed(seed + thread), batch);
  }

  private int threshold() {
    return (int) Math.round(share * 65536);
  }

  /** One over the share that is kept, or zero, for each input. */
  Tensor mask(int layer, int module, Tensor input) {
    long rows = input.size(0);
    long columns = input.size(1);
    int threshold = threshold();
    long state = mixed(mixed(mixed(seed) ^ batch) ^ ((long) layer << 32 | module));
    double factor = 65536.0 / (65536 - threshold);
    if (input.is_cuda()) {
      torch.manual_seed(state);
      return Tensors.like(input, rows, columns)
          .bernoulli_(1 / factor, new GeneratorOptional())
          .mul_(Tensors.number(factor));
    }
    byte[] kept = new byte[Math.toIntExact(rows * columns)];
    for (int i = 0; i < kept.length; i += 4) {
      state += 0x9E3779B97F4A7C15L;
      long bits = mixed(state);
      int end = Math.min(i + 4, kept.length);
      for (int j = i; j < end; j++) {
        kept[j] = (byte) ((int) (bits & 0xFFFF) < threshold ? 0 : 1);
        bits >>>= 16;
      }
    }
    try (Tensor bytes = Tensor.create(kept, true, rows, columns)) {
      return bytes.to(input.scalar_type()).mul_(Tensors.number(factor));
    }
  }

  /** The finalizer of splitmix64. */
  private static long mixed(long value) {
    long it = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    it = (it ^ (it >>> 27)) * 0x94D049BB133111EBL;
    return it ^ (it >>> 31);
  }
}
