package dev.treadle.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that the tests run in. */
public final class Project {
  private Project() {}

  /** Its root folder: what the build says, or else the nearest folder above with a {@code mvnw}. */
  public static Path root() {
    String given = System.getProperty("treadle.root");
    if (given != null && !given.isBlank()) {
      return Path.of(given);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("mvnw"))) {
        return at;
      }
    }
    throw new IllegalStateException("no mvnw here or above: run the tests inside the checkout");
  }
}
