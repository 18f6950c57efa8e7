package dev.treadle.training.llama;

import dev.treadle.training.TrainingError;
import dev.treadle.training.gguf.GgufFile;
import dev.treadle.training.gguf.GgufValue;
import java.util.Locale;

/** How much memory llama.cpp needs for a file, by its keys. */
final class LlamaMemory {
  /** So many tokens of a prompt it computes at once. */
  private static final long AT_ONCE = 512;

  private static final long SPARE_BYTES = 64 << 20;

  private LlamaMemory() {}

  /** Weights, keys and values, and room for the largest results of a layer and of the head. */
  static double bytes(GgufFile file, LlamaSettings settings) {
    double layers = file.ofArchitecture("block_count").orElse(1);
    double heads = Math.max(1, file.ofArchitecture("attention.head_count").orElse(1));
    double shared = file.ofArchitecture("attention.head_count_kv").orElse((long) heads);
    double width = file.ofArchitecture("embedding_length").orElse(0) / heads;
    double keys = file.ofArchitecture("attention.key_length").orElse((long) width);
    double values = file.ofArchitecture("attention.value_length").orElse((long) width);
    double vocabulary =
        file.keys().get("tokenizer.ggml.tokens") instanceof GgufValue.Items it
            ? it.values().size()
            : 0;
    double cache = layers * shared * (keys + values) * settings.context();
    return file.bytes()
        + cache * (settings.isExact() ? Float.BYTES : Short.BYTES)
        + AT_ONCE * Float.BYTES * (vocabulary + heads * settings.context())
        + SPARE_BYTES;
  }

  static void require(GgufFile file, LlamaSettings settings) {
    double needed = bytes(file, settings);
    if (settings.freeBytes().isPresent() && needed > settings.freeBytes().getAsLong()) {
      throw TrainingError.MEMORY_SHORT.because(
          String.format(
              Locale.ROOT,
              "%s with a context of %d needs about %.1f GB of memory, and %.1f GB are free: take a"
                  + " smaller context, or a smaller form of the model",
              file.file(),
              settings.context(),
              needed / 1e9,
              settings.freeBytes().getAsLong() / 1e9));
    }
  }
}
