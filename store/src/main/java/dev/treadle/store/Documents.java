package dev.treadle.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The lake's own small JSON files: manifests and run records. */
final class Documents {
  private static final int LIMIT = 64 << 20;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,63}");

  /** Later versions add fields: those are no error to this one. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Documents() {}

  static byte[] write(Object document) {
    return JSON.writeValueAsBytes(document);
  }

  static <T> T read(Disk disk, Path file, Class<T> type) throws IOException {
    byte[] bytes = DiskStreams.readFully(disk, file, LIMIT);
    try {
      return JSON.readValue(bytes, type);
    } catch (JacksonException e) {
      throw StoreError.DAMAGED.because(
          file + " is not what this program writes there (" + e.getOriginalMessage() + ")", e);
    }
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** A name that people give, and that becomes a folder and an SQL name. */
  static String checkName(String what, String name) {
    if (!isName(name)) {
      throw StoreError.NAME_INVALID.because(
          "a "
              + what
              + " is named by up to 64 lower case letters, digits, dots, dashes and underscores,"
              + " beginning with a letter or digit; this is not: '"
              + name
              + "'");
    }
    return name;
  }
}
