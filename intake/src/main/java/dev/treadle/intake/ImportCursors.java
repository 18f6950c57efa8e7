package dev.treadle.intake;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far each file was read, by its absolute path, so that an unchanged one is not opened again.
 * Losing it costs time and nothing else: what is read again is recognised by id and digest.
 */
public record ImportCursors(Map<String, Mark> files) {
  /**
   * A file as it was when it was read.
   *
   * @param bytes its length
   * @param modifiedMillis its time of change, in milliseconds since 1970
   * @param session what names the session in it
   * @param root the first message in it, which a replay of the session has too
   * @param answer the first answer in it, likewise
   * @param time of its first message, ISO 8601, or empty
   */
  public record Mark(
      long bytes, long modifiedMillis, String session, String root, String answer, String time) {}

  public ImportCursors {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }

  /** None: everything is read. */
  public static ImportCursors none() {
    return new ImportCursors(Map.of());
  }
}
