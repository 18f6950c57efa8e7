package dev.treadle.training.serving;

import dev.treadle.training.TrainingError;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tensor.Arithmetic;
import java.util.Locale;

/**
 * How much memory a model takes that answers, counted before it is loaded.
 *
 * @param weights bytes of its numbers as they are computed with
 * @param context bytes of the keys and values of one text
 * @param rest libtorch, and the results between layers
 */
record ServingMemory(long weights, long context, long rest) {
  private static final long LIBRARY_BYTES = 300L << 20;

  static ServingMemory of(ModelShape shape, Weights weights, Arithmetic arithmetic, int context) {
    long numbers = weights.tensors().values().stream().mapToLong(it -> it.shape().elements()).sum();
    long keys = 2L * shape.layers() * shape.keyValueHeads() * shape.headSize() * arithmetic.bytes();
    return new ServingMemory(numbers * arithmetic.bytes(), keys * context, LIBRARY_BYTES);
  }

  void check(long availableBytes) {
    long all = weights + context + rest;
    if (all > availableBytes) {
      throw TrainingError.MEMORY_SHORT.because(
          "serving would take about "
              + size(all)
              + " of memory (weights "
              + size(weights)
              + ", context "
              + size(context)
              + "), and "
              + size(availableBytes)
              + " are free: "
              + (context > weights ? "lower --context" : "take a smaller model"));
    }
  }

  private static String size(long bytes) {
    return bytes >= 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f GB", bytes / 1e9)
        : String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
  }
}
