package dev.treadle.training.torchrun;

import java.util.Locale;

/** What several processes share of a model. */
public enum Strategy {
  /** Nothing but gradients: each has the whole model. */
  DDP,
  /** Weights, gradients and moments, by DeepSpeed's ZeRO-3. */
  DEEPSPEED,
  /** Likewise, by PyTorch's fully sharded data parallelism. */
  FSDP;

  /** As it is written in settings. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
