package dev.treadle.training.tensor;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What computes. */
public enum Device {
  CPU,
  /** One graphics device; only with a build that has its libraries. */
  CUDA;

  /** The fastest that is here. */
  public static Device best() {
    return torch.cuda_is_available() ? CUDA : CPU;
  }

  /** The tensor where it is computed with. */
  Tensor place(Tensor tensor) {
    return switch (this) {
      case CPU -> tensor;
      case CUDA -> tensor.cuda();
    };
  }
}
