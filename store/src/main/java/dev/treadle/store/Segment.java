package dev.treadle.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The segment of one stream to which this process appends; only the writer thread touches it. */
final class Segment {
  private final Disk disk;
  private final Path streamFolder;
  private final SegmentName name;
  private final Disk.Lock lock;
  private final Disk.Output output;
  private long written;
  private long forced;

  private Segment(
      Disk disk, Path streamFolder, SegmentName name, Disk.Lock lock, Disk.Output output) {
    this.disk = disk;
    this.streamFolder = streamFolder;
    this.name = name;
    this.lock = lock;
    this.output = output;
  }

  /**
   * Begins a segment. Its name is safe before this returns, and so are the names of the folders
   * above it: another process may have made those and died before it forced them.
   */
  static Segment begin(Disk disk, Layout layout, Stream stream, SegmentName name, Disk.Lock lock)
      throws IOException {
    Path streamFolder = layout.stream(stream);
    Path file = name.in(streamFolder, SegmentName.PLAIN);
    Disk.Output output = disk.create(file);
    try {
      disk.forceDirectory(Layout.folderOf(file));
      disk.forceDirectory(streamFolder);
      disk.forceDirectory(layout.log());
      return new Segment(disk, streamFolder, name, lock, output);
    } catch (IOException e) {
      output.close();
      disk.delete(file);
      throw e;
    }
  }

  SegmentName name() {
    return name;
  }

  Path streamFolder() {
    return streamFolder;
  }

  Path file() {
    return name.in(streamFolder, SegmentName.PLAIN);
  }

  long length() {
    return written;
  }

  void append(ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    DiskStreams.appendFully(output, bytes);
    written += length;
  }

  void force() throws IOException {
    if (written > forced) {
      output.force();
      forced = written;
    }
  }

  /** Ends the writing; the lock stays held until {@link #release}. */
  void finish() throws IOException {
    output.close();
  }

  void release() {
    try {
      lock.close();
    } catch (IOException e) {
      // The lock ends with the process at the latest.
    }
  }

  /**
   * Gives the segment up after a failed write or force: what the disk holds of it is unknown from
   * then on, so nothing is tried on it again. What nobody was told to be safe is taken off its end
   * as well as that can be done; recovery does the rest.
   */
  void abandon() {
    try (output) {
      output.truncate(forced);
      output.force();
    } catch (IOException e) {
      // Unacknowledged lines may stay: each of them is whole, or is cut by recovery.
    } finally {
      release();
    }
  }

  /** Removes a segment to which nothing was written. */
  void discard() throws IOException {
    try (output) {
      disk.delete(file());
      disk.delete(name.in(streamFolder, SegmentName.LOCK));
    } finally {
      release();
    }
  }
}
