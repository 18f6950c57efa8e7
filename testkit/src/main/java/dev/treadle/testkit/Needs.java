package dev.treadle.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.AssertionFailedError;

/**
 * What a test needs from outside the build. Where it is missing, the test is skipped aloud; under
 * {@code -Dall} it fails, so that a complete run cannot pass by skipping.
 */
public final class Needs {
  private Needs() {}

  /**
   * The program of that name on the path.
   *
   * @throws AssertionFailedError if it is missing and the build wants all tests
   * @throws org.opentest4j.TestAbortedException if it is missing otherwise
   */
  public static Path program(String name) {
    Optional<Path> found = find(name, System.getenv().getOrDefault("PATH", ""));
    if (found.isEmpty()) {
      missing("the program " + name, Boolean.getBoolean("treadle.all"));
    }
    return found.orElseThrow();
  }

  /**
   * A file that {@code bin/install-test-tools} puts there.
   *
   * @throws AssertionFailedError if it is missing and the build wants all tests
   * @throws org.opentest4j.TestAbortedException if it is missing otherwise
   */
  public static Path file(Path file) {
    if (!Files.exists(file)) {
      missing("the file " + file, Boolean.getBoolean("treadle.all"));
    }
    return file;
  }

  /**
   * The folder of recorded data that {@code TREADLE_DATA} names. It is never part of a checkout, so
   * without it the test is skipped whatever the build wants.
   */
  public static Path data() {
    String folder = System.getenv("TREADLE_DATA");
    Assumptions.assumeTrue(
        folder != null && !folder.isBlank(),
        "skipped: TREADLE_DATA names no folder of recorded data (docs/HACKING.md)");
    return Path.of(String.valueOf(folder));
  }

  static void missing(String what, boolean all) {
    String message = what + " is missing: bin/install-test-tools installs it";
    if (all) {
      throw new AssertionFailedError(message + " (-Dall lets no test be skipped)");
    }
    Assumptions.abort("skipped: " + message);
  }

  static Optional<Path> find(String name, String path) {
    for (String folder : path.split(java.io.File.pathSeparator, -1)) {
      Path file = Path.of(folder.isEmpty() ? "." : folder).resolve(name);
      if (Files.isRegularFile(file) && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
