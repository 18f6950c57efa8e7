package dev.treadle.training.model;

/**
 * Rotary position embedding: the angle that a position turns each pair of a head's numbers by. The
 * formulas are those of Hugging Face's {@code modeling_rope_utils}.
 *
 * @param base often called theta
 */
public record Rope(double base, Scaling scaling) {
  /** How a model's positions were stretched beyond what it was first trained on. */
  public sealed interface Scaling {}

  /** They were not. */
  public record Unscaled() implements Scaling {}

  /** All positions are divided by a factor. */
  public record Linear(double factor) implements Scaling {}

  /** Llama 3: long waves are divided, short ones kept, those between blended. */
  public record Llama3(double factor, double low, double high, long originalPositions)
      implements Scaling {}

  /**
   * YaRN: as Llama 3's by another rule, and the attention is made sharper.
   *
   * @param attentionFactor what cosine and sine are multiplied by
   */
  public record Yarn(
      double factor,
      double betaFast,
      double betaSlow,
      boolean truncates,
      double attentionFactor,
      long originalPositions)
      implements Scaling {}

  /** The angle per position of each of a head's {@code size / 2} pairs. */
  public double[] frequencies(int size) {
    double[] frequencies = new double[size / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1 / Math.pow(base, 2.0 * i / size);
    }
    switch (scaling) {
      case Unscaled _ -> {}
      case Linear it -> {
        for (int i = 0; i < frequencies.length; i++) {
          frequencies[i] /= it.factor();
        }
      }
      case Llama3 it -> llama3(frequencies, it);
      case Yarn it -> yarn(frequencies, size, it);
    }
    return frequencies;
  }

  /** What cosine and sine are multiplied by. */
  public double attentionFactor() {
    return scaling instanceof Yarn it ? it.attentionFactor() : 1;
  }

  private static void llama3(double[] frequencies, Llama3 it) {
    for (int i = 0; i < frequencies.length; i++) {
      double wave = 2 * Math.PI / frequencies[i];
      if (wave > it.originalPositions() / it.low()) {
        frequencies[i] /= it.factor();
      } else if (wave >= it.originalPositions() / it.high()) {
        double kept = (it.originalPositions() / wave - it.low()) / (it.high() - it.low());
        frequencies[i] *= (1 - kept) / it.factor() + kept;
      }
    }
  }

  private void yarn(double[] frequencies, int size, Yarn it) {
    double first = Math.max(turned(size, it.betaFast(), it), 0);
    double last = Math.min(turned(size, it.betaSlow(), it), size - 1.0);
    if (it.truncates()) {
      first = Math.max(Math.floor(turned(size, it.betaFast(), it)), 0);
      last = Math.min(Math.ceil(turned(size, it.betaSlow(), it)), size - 1.0);
    }
    double width = first == last ? 0.001 : last - first;
    for (int i = 0; i < frequencies.length; i++) {
      double ramp = Math.clamp((i - first) / width, 0.0, 1.0);
      frequencies[i] *= ramp / it.factor() + (1 - ramp);
    }
  }

  /** The pair that turns so many times over the positions that the model was first trained on. */
  private double turned(int size, double times, Yarn it) {
    return size * Math.log(it.originalPositions() / (times * 2 * Math.PI)) / (2 * Math.log(base));
  }
}
