package dev.treadle.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is left of a disk, asked before gigabytes are written to it. */
public final class DiskSpace {
  /** What must be left on it when all is written. */
  private static final long SPARE_BYTES = 64 << 20;

  private DiskSpace() {}

  /**
   * Refuses to begin what will not fit.
   *
   * @param folder that is there, on the disk
   * @param what needs it, such as {@code the model}
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#DISK_FULL}
   */
  public static void require(Path folder, long bytes, String what) {
    try {
      long usable = Files.getFileStore(folder).getUsableSpace();
      if (usable < bytes + SPARE_BYTES) {
        throw TrainingError.DISK_FULL.because(
            "the disk that holds "
                + folder.toAbsolutePath().normalize()
                + " has "
                + usable
                + " bytes left, and "
                + what
                + " needs "
                + (bytes + SPARE_BYTES)
                + ": free some space and try again");
      }
    } catch (IOException e) {
      throw TrainingError.reading(folder, e);
    }
  }
}
