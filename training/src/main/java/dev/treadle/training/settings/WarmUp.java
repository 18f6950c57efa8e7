package dev.treadle.training.settings;

/** For how long the learning rate rises from zero, before it falls. */
public sealed interface WarmUp {
  /** For a number of steps. */
  record Steps(int count) implements WarmUp {
    public Steps {
      Limits.whole("training.warmup_steps", count, 0, Limits.MOST_STEPS);
    }
  }

  /** For a share of all steps. */
  record Ratio(double share) implements WarmUp {
    public Ratio {
      Limits.share("training.warmup_ratio", share);
    }
  }

  /** In steps; a share is rounded up, as transformers does. */
  default int steps(int totalSteps) {
    return switch (this) {
      case Steps it -> it.count();
      case Ratio it -> (int) Math.ceil(totalSteps * it.share());
    };
  }
}
