package dev.treadle.app.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/**
 * The sessions that come with Treadle. Their secrets are broken by a mark, so that nobody's scanner
 * takes this project's files for a leak; unpacking takes the marks out, and the redaction has
 * something to find.
 */
final class DemoSessions {
  private static final String FOLDER = "/demo/";
  private static final String MARK = "{{split}}";
  private static final Instant MODIFIED = Instant.parse("2026-11-01T00:00:00Z");

  private DemoSessions() {}

  static void unpack(Path target) throws IOException {
    for (String line : text(FOLDER + "index.txt").lines().toList()) {
      String name = line.strip();
      if (name.isEmpty() || name.startsWith("#")) {
        continue;
      }
      Path file = target.resolve(name).normalize();
      if (!file.startsWith(target)) {
        throw new IOException("the index names a file outside its folder: " + name);
      }
      Files.createDirectories(file.getParent());
      Files.writeString(file, text(FOLDER + name).replace(MARK, ""));
      Files.setLastModifiedTime(file, FileTime.from(MODIFIED));
    }
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = DemoSessions.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("Treadle was built without " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
