package dev.treadle.training.safetensors;

import java.util.Optional;

/** How a tensor's numbers are written, by the names that the safetensors format uses. */
public enum Dtype {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  F8_E4M3(1),
  F8_E5M2(1),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U64(8),
  U32(4),
  U16(2),
  U8(1),
  BOOL(1);

  private final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  /** Of one number. */
  public int bytes() {
    return bytes;
  }

  /** Whether it is one that weights are computed with here. */
  public boolean isComputed() {
    return switch (this) {
      case F32, F16, BF16 -> true;
      case F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> false;
    };
  }

  static Optional<Dtype> of(String name) {
    for (Dtype it : values()) {
      if (it.name().equals(name)) {
        return Optional.of(it);
      }
    }
    return Optional.empty();
  }
}
