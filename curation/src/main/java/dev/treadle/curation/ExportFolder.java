package dev.treadle.curation;

import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that an export writes: it gets its name when it is whole, and replaces only what an
 * export may have written.
 */
public final class ExportFolder {
  private ExportFolder() {}

  /** Fills the folder. */
  @FunctionalInterface
  public interface Filling {
    /** Writes into {@code partial}, which is there and empty. */
    void into(Path partial) throws IOException;
  }

  /**
   * Writes a folder.
   *
   * @param replace whether one that is there already may be replaced
   * @throws TreadleException if it is there and may not, or cannot be written; then nothing is left
   *     of the attempt
   */
  public static void write(Path folder, boolean replace, Filling filling) {
    try {
      refuseForeign(folder, replace);
      Path partial = folder.resolveSibling(folder.getFileName() + ".partial");
      delete(partial);
      Files.createDirectories(partial);
      try {
        filling.into(partial);
        delete(folder);
        Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException | RuntimeException e) {
        delete(partial);
        throw e;
      }
    } catch (IOException e) {
      throw new TreadleException(
          CurationError.EXPORT_FAILED,
          folder
              + " cannot be written: "
              + e.getMessage()
              + ": free some space or name another folder",
          e);
    }
  }

  /**
   * What is in the folder may be replaced only where that was asked for, and only if an export may
   * have written it.
   */
  private static void refuseForeign(Path folder, boolean replace) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.sorted().toList()) {
        String file = String.valueOf(entry.getFileName());
        if (!replace) {
          throw new TreadleException(
              CurationError.EXPORT_EXISTS,
              folder + " is not empty: name another folder, or replace it with --replace");
        }
        if (!file.endsWith(".jsonl") && !file.equals("dataset_info.json")) {
          throw new TreadleException(
              CurationError.EXPORT_EXISTS,
              folder + " holds " + file + ", which is no export's: name another folder");
        }
      }
    }
  }

  /** Deletes a folder of files, if it is there. */
  private static void delete(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> entries;
    try (Stream<Path> list = Files.list(folder)) {
      entries = list.toList();
    }
    for (Path entry : entries) {
      Files.delete(entry);
    }
    Files.delete(folder);
  }
}
