package dev.treadle.training.gguf;

import java.nio.file.Path;

/**
 * What is to be exported.
 *
 * @param model a folder as Hugging Face has it
 * @param output the file to make; nothing may be there
 */
public record ExportSettings(Path model, Path output, GgufForm form, int threads) {
  public ExportSettings {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads);
    }
  }
}
