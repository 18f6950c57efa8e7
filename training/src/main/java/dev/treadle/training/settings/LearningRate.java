package dev.treadle.training.settings;

/**
 * How far each step goes: rises in a straight line from zero, then falls. The numbers are those of
 * transformers' {@code get_cosine_schedule_with_warmup} and {@code
 * get_linear_schedule_with_warmup}, so the very first step of a warm-up goes nowhere.
 *
 * @param peak the highest
 * @param minimumRatio the share of the peak that it falls to at the end
 */
public record LearningRate(double peak, WarmUp warmUp, Decay decay, double minimumRatio) {
  public LearningRate {
    Limits.above("training.learning_rate", peak, 0);
    if (peak > 10) {
      throw Limits.wrong("training.learning_rate", peak, "at most 10");
    }
    Limits.share("training.min_lr_rate", minimumRatio);
  }

  /**
   * Of one step.
   *
   * @param step how many steps were done before, from 0
   * @param totalSteps of the whole run
   */
  public double at(int step, int totalSteps) {
    int rising = warmUp.steps(totalSteps);
    if (step < rising) {
      return peak * ((double) step / Math.max(1, rising));
    }
    int falling = Math.max(1, totalSteps - rising);
    double share =
        switch (decay) {
          case COSINE -> 0.5 * (1 + Math.cos(Math.PI * ((double) (step - rising) / falling)));
          case LINEAR -> Math.max(0, (double) (totalSteps - step) / falling);
          case CONSTANT -> 1;
        };
    return peak * Math.max(0, share * (1 - minimumRatio) + minimumRatio);
  }
}
