package dev.treadle.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.AssertionFailedError;

/** A file of the checkout that a test can make again: compared, or with a blessing rewritten. */
public final class Golden {
  private Golden() {}

  /** Whether the build was asked to rewrite such files: {@code -Dtreadle.bless=true}. */
  public static boolean isBlessed() {
    return Boolean.getBoolean("treadle.bless");
  }

  /**
   * Compares {@code text} with the file at {@code path} below the checkout's root.
   *
   * @throws AssertionFailedError if they differ and there is no blessing
   */
  public static void check(String path, String text) throws IOException {
    check(Project.root().resolve(path), text, isBlessed());
  }

  static void check(Path file, String text, boolean bless) throws IOException {
    String known = Files.exists(file) ? Files.readString(file) : "";
    if (known.equals(text)) {
      return;
    }
    if (!bless) {
      throw new AssertionFailedError(
          file
              + " is not what the code gives now: look at the difference, then rewrite it with"
              + " -Dtreadle.bless=true",
          known,
          text);
    }
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    Files.writeString(file, text);
  }
}
