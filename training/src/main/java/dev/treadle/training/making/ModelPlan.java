package dev.treadle.training.making;

import dev.treadle.training.TrainingError;
import dev.treadle.training.model.Architecture;
import dev.treadle.training.tokens.TokenizerFamily;

/**
 * What a model that is to be made is built like.
 *
 * @param hidden the numbers that a token is between layers
 * @param vocabulary the most tokens that there are; texts with few repetitions give fewer
 * @param context the positions that it has
 * @param seed that its weights are drawn from
 */
public record ModelPlan(
    Architecture architecture, int hidden, int layers, int vocabulary, int context, long seed) {
  private static final int SMALL_HEAD = 32;
  private static final int LARGE_HEAD = 64;
  private static final int LARGE = 512;

  public ModelPlan {
    within("hidden", hidden, 2 * SMALL_HEAD, 4096);
    within("layers", layers, 1, 100);
    within("vocabulary", vocabulary, 300, 200_000);
    within("context", context, 16, 131_072);
    if (hidden % (2 * headSize(hidden)) != 0) {
      throw TrainingError.SETTINGS_INVALID.because(
          "hidden is " + hidden + ": it must be a multiple of " + 2 * headSize(hidden));
    }
  }

  /** One that is trained in seconds on two cores: about a million parameters. */
  public static ModelPlan tiny(Architecture architecture) {
    return new ModelPlan(architecture, 128, 4, 2048, 1024, 42);
  }

  private static void within(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw TrainingError.SETTINGS_INVALID.because(
          what + " is " + value + ": it must be a whole number from " + least + " to " + most);
    }
  }

  int headSize() {
    return headSize(hidden);
  }

  private static int headSize(int hidden) {
    return hidden < LARGE ? SMALL_HEAD : LARGE_HEAD;
  }

  int heads() {
    return hidden / headSize();
  }

  /** Two heads of queries share one of keys and values. */
  int keyValueHeads() {
    return heads() / 2;
  }

  int feedForward() {
    return 3 * hidden;
  }

  /**
   * How far a random weight is from zero. What large models of these architectures take, 0.02, is
   * theirs by this rule, too; narrow ones learn faster from larger weights (Nguyen and Salazar,
   * Transformers without Tears, 2019).
   */
  double spread() {
    return Math.round(1e4 * Math.sqrt(0.4 / hidden)) / 1e4;
  }

  TokenizerFamily family() {
    return switch (architecture) {
      case LLAMA -> TokenizerFamily.LLAMA;
      case QWEN2, QWEN3 -> TokenizerFamily.QWEN;
    };
  }
}
