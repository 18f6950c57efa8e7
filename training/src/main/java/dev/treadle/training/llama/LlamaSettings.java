package dev.treadle.training.llama;

import java.util.OptionalLong;

/**
 * How llama.cpp runs a model.
 *
 * @param context positions of prompt and answer together
 * @param threads that compute
 * @param isExact whether keys and values are kept in float32, not in float16: twice the memory
 * @param freeBytes how much memory may be taken, if it is known
 */
public record LlamaSettings(int context, int threads, boolean isExact, OptionalLong freeBytes) {
  private static final int MAX_CONTEXT = 1 << 20;
  private static final int MAX_THREADS = 1024;

  public LlamaSettings {
    if (context < 1 || context > MAX_CONTEXT || threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "a context of " + context + " positions on " + threads + " threads");
    }
  }
}
