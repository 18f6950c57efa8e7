package dev.treadle.training.finetune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the system counted of this process's memory. */
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  /** The most that was in use; 0 where the system does not say (it is Linux that does). */
  static long peakBytes() {
    try {
      for (String line :
          Files.exists(STATUS) ? Files.readAllLines(STATUS) : java.util.List.<String>of()) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
