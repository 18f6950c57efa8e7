package dev.treadle.training.torchrun;

import java.util.Locale;

/** Who computes attention, by transformers' names. */
public enum AttentionKernel {
  EAGER,
  SDPA,
  FLASH_ATTENTION_2,
  FLASH_ATTENTION_3;

  /** Whether it keeps sequences apart that share a row. */
  boolean keepsApart() {
    return switch (this) {
      case FLASH_ATTENTION_2, FLASH_ATTENTION_3 -> true;
      case EAGER, SDPA -> false;
    };
  }

  /** As it is written in settings. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
