package dev.treadle.training.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The numbers that a model computes with. Losses and what an optimizer keeps are wider. */
public enum Arithmetic {
  FLOAT32(ScalarType.Float, 4),
  BFLOAT16(ScalarType.BFloat16, 2),
  /** For proofs: slow. */
  FLOAT64(ScalarType.Double, 8);

  private final ScalarType type;
  private final int bytes;

  Arithmetic(ScalarType type, int bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  ScalarType type() {
    return type;
  }

  /** Of one number. */
  public int bytes() {
    return bytes;
  }

  /** What parameters, gradients, norms and losses are kept in. */
  Arithmetic master() {
    return this == BFLOAT16 ? FLOAT32 : this;
  }
}
