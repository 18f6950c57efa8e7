package dev.treadle.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;

/** Walks the valid lines of one segment, plain or sealed. */
final class SegmentReader implements AutoCloseable {
  private final Segments.Found segment;
  private final InputStream in;
  private final LineScanner scanner;
  private long tornBytes;
  private long damagedLines;
  private boolean damaged;

  private SegmentReader(Segments.Found segment, InputStream in, int lineLimit, long from) {
    this.segment = segment;
    this.in = in;
    this.scanner = new LineScanner(in, lineLimit, from);
  }

  static SegmentReader open(Disk disk, Segments.Found segment, int lineLimit) throws IOException {
    return open(disk, segment, lineLimit, 0);
  }

  /**
   * Opens a segment at the beginning of a line of its plain file. One that turns out to have been
   * sealed is read from its very beginning.
   */
  static SegmentReader open(Disk disk, Segments.Found segment, int lineLimit, long from)
      throws IOException {
    if (segment.sealed()) {
      InputStream in = DiskStreams.unsealed(disk.open(segment.file()));
      return new SegmentReader(segment, in, lineLimit, 0);
    }
    try {
      InputStream in = DiskStreams.plain(disk.open(segment.file()), from);
      return new SegmentReader(segment, in, lineLimit, from);
    } catch (NoSuchFileException e) {
      // Sealed since it was listed.
      return open(disk, segment.asSealed(), lineLimit, 0);
    }
  }

  Segments.Found segment() {
    return segment;
  }

  /** The line at which the reader stands. */
  LineScanner line() {
    return scanner;
  }

  /**
   * Goes to the next valid line. In a plain segment the first invalid one ends the reading: what
   * follows was never acknowledged, and recovery will cut it off. A sealed segment was whole once;
   * an invalid line in it is damage, counted, and the others are given.
   */
  boolean next() {
    while (true) {
      LineScanner.Step step;
      try {
        step = scanner.step();
      } catch (IOException e) {
        damaged = true;
        return false;
      }
      switch (step) {
        case LINE -> {
          return true;
        }
        case INVALID -> {
          if (!segment.sealed()) {
            tornBytes = scanner.length() + 1L;
            return false;
          }
          damagedLines++;
        }
        case TORN -> {
          tornBytes = segment.sealed() ? 0 : scanner.length();
          damagedLines += segment.sealed() ? 1 : 0;
          return false;
        }
        case END -> {
          return false;
        }
      }
    }
  }

  long tornBytes() {
    return tornBytes;
  }

  long damagedLines() {
    return damagedLines;
  }

  /** Whether the file ended in an error: a device that cannot read, or a broken frame. */
  boolean isDamaged() {
    return damaged;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
