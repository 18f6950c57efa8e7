package dev.treadle.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that appears whole, in the place of an older one, or not at all. */
public final class NewFile {
  private NewFile() {}

  /**
   * Writes one.
   *
   * @throws dev.treadle.transcript.TreadleException if it cannot be written; what was there stays
   */
  public static void write(Path file, byte[] content) {
    Path unfinished = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      try {
        Files.write(unfinished, content);
        Files.move(
            unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }
}
