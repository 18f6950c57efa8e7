package dev.treadle.intake;

/** Told now and then how far an import is. */
@FunctionalInterface
public interface Progress {
  /** {@code doneBytes} of {@code totalBytes} are read; {@code file} is the one at hand. */
  void at(long doneBytes, long totalBytes, String file);
}
