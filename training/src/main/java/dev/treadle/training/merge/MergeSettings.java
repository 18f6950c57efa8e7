package dev.treadle.training.merge;

import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.ShardedWeights;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What is merged into what.
 *
 * @param base a model's folder
 * @param adapter a LoRA adapter's folder, as PEFT writes it
 * @param output the folder that is made
 * @param maxShardBytes of each file of weights
 * @param dtype the form that all weights get; nothing: each keeps that of the base
 * @param threads that compute
 * @param rereadEvery of so many blocks that were written, one is read again; 1: all
 */
public record MergeSettings(
    Path base,
    Path adapter,
    Path output,
    long maxShardBytes,
    Optional<Dtype> dtype,
    int threads,
    int rereadEvery) {
  /** A few in a hundred are read again unless more is asked for. */
  public static final int USUAL_REREAD = 32;

  public MergeSettings {
    if (maxShardBytes <= 0 || threads <= 0 || rereadEvery <= 0) {
      throw new IllegalArgumentException("all numbers are above zero");
    }
    dtype.ifPresent(
        it -> {
          if (!it.isComputed()) {
            throw new IllegalArgumentException("not computed with: " + it);
          }
        });
  }

  /**
   * The form of weights that a word means, as Hugging Face says it or as safetensors does.
   *
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#DTYPE_UNSUPPORTED}
   */
  public static Dtype dtypeOf(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "bfloat16", "bf16" -> Dtype.BF16;
      case "float16", "f16", "fp16" -> Dtype.F16;
      case "float32", "f32", "fp32" -> Dtype.F32;
      default ->
          throw TrainingError.DTYPE_UNSUPPORTED.because(
              "the dtype '" + word + "' is not known: bfloat16, float16 and float32 are");
    };
  }

  public static MergeSettings of(Path base, Path adapter, Path output, int threads) {
    return new MergeSettings(
        base,
        adapter,
        output,
        ShardedWeights.DEFAULT_MAX_BYTES,
        Optional.empty(),
        threads,
        USUAL_REREAD);
  }
}
