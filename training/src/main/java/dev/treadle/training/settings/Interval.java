package dev.treadle.training.settings;

/** How often something happens in a run. It happens at the run's end in any case. */
public sealed interface Interval {
  /**
   * After every so many steps of the optimizer.
   *
   * @param count from 1
   */
  record Steps(int count) implements Interval {
    public Steps {
      Limits.whole("training.eval_steps or save_steps", count, 1, Limits.MOST_STEPS);
    }
  }

  /** After each time that all examples were seen. */
  record Epoch() implements Interval {}

  /** Only at the end. */
  record Never() implements Interval {}

  /**
   * Whether it is due after a step.
   *
   * @param step how many steps are done, from 1
   * @param endsEpoch whether an epoch ended with it
   */
  default boolean isDue(int step, boolean endsEpoch) {
    return switch (this) {
      case Steps it -> step % it.count() == 0;
      case Epoch _ -> endsEpoch;
      case Never _ -> false;
    };
  }
}
