package dev.treadle.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Finds the blobs that a line refers to. Any 64 hexadecimal digits by themselves are taken for a
 * reference, in any field, in lines that are damaged, torn, superseded or forgotten too: keeping a
 * blob too many is no harm.
 */
final class BlobReferences {
  private static final int DIGITS = 64;
  private static final int BUFFER = 1 << 18;

  private final Disk disk;
  private final Set<String> names;
  private final byte[] buffer = new byte[BUFFER];

  private BlobReferences(Disk disk, Set<String> names) {
    this.disk = disk;
    this.names = names;
  }

  /**
   * Takes out of {@code names} every blob that a line of the log or of a dataset version refers to.
   *
   * @param except segments that are not read, as they will be gone
   * @throws IOException naming the file, if not everything could be read: then nothing is known
   */
  static void strikeOut(Disk disk, Layout layout, Set<String> names, Set<Segments.Found> except)
      throws IOException {
    BlobReferences references = new BlobReferences(disk, names);
    for (Stream stream : Stream.values()) {
      for (Segments.Found segment : Segments.list(disk, layout.stream(stream))) {
        if (!except.contains(segment)) {
          references.readSegment(segment);
        }
      }
    }
    references.readFolder(layout.datasets());
  }

  private void readFolder(Path folder) throws IOException {
    for (Disk.Entry entry : disk.list(folder)) {
      Path path = folder.resolve(entry.name());
      if (entry.kind() == Disk.Kind.DIRECTORY) {
        readFolder(path);
      } else if (entry.kind() == Disk.Kind.FILE && entry.name().endsWith(".jsonl")) {
        try (InputStream in = DiskStreams.plain(disk.open(path))) {
          read(in, path);
        }
      }
    }
  }

  private void readSegment(Segments.Found segment) throws IOException {
    if (segment.sealed()) {
      readSealed(segment.file());
      return;
    }
    try (InputStream in = DiskStreams.plain(disk.open(segment.file()))) {
      read(in, segment.file());
    } catch (NoSuchFileException e) {
      // Sealed since it was listed, or ended without a line.
      if (disk.exists(segment.asSealed().file())) {
        readSealed(segment.asSealed().file());
      }
    }
  }

  private void readSealed(Path file) throws IOException {
    if (DiskStreams.size(disk, file) == 0) {
      throw new IOException(file + " is empty, which no sealed segment is");
    }
    try (InputStream in = DiskStreams.unsealed(disk.open(file))) {
      read(in, file);
    }
  }

  private void read(InputStream in, Path file) throws IOException {
    byte[] digits = new byte[DIGITS];
    int run = 0;
    try {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        for (int i = 0; i < count; i++) {
          byte it = buffer[i];
          if (isDigit(it)) {
            if (run < DIGITS) {
              digits[run] = it;
            }
            run = Math.min(run + 1, DIGITS + 1);
          } else {
            strikeOut(digits, run);
            run = 0;
          }
        }
      }
    } catch (IOException e) {
      throw new IOException(file + " cannot be read to its end: " + e.getMessage(), e);
    }
    strikeOut(digits, run);
  }

  private void strikeOut(byte[] digits, int run) {
    if (run == DIGITS) {
      names.remove(new String(digits, StandardCharsets.US_ASCII));
    }
  }

  private static boolean isDigit(byte it) {
    return (it >= '0' && it <= '9') || (it >= 'a' && it <= 'f');
  }
}
