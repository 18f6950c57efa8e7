package dev.treadle.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * Turns a plain segment into a sealed one: its longest valid prefix, compressed with a checksum.
 * The same act ends a full segment and recovers an orphan; only what follows the prefix differs,
 * which is nothing for the one and goes to {@code .cut} for the other.
 *
 * <p>The caller holds the segment's lock. The plain file is the only copy until the sealed one's
 * bytes and then its name are forced; so it goes last, and a power cut at any point leaves work
 * that can be begun again. The lock file goes after the plain file: whoever takes a lock file and
 * finds no plain file has nothing to do, even where the lock file was a newly made one.
 */
final class Sealer {
  private final Disk disk;
  private final TemporaryFiles temporary;
  private final int lineLimit;

  /** What became of a segment. */
  record Result(long lines, long bytes, long cutBytes) {
    static final Result NOTHING = new Result(0, 0, 0);
  }

  Sealer(Disk disk, TemporaryFiles temporary, int lineLimit) {
    this.disk = disk;
    this.temporary = temporary;
    this.lineLimit = lineLimit;
  }

  Result seal(Path streamFolder, SegmentName name) throws IOException {
    Path plain = name.in(streamFolder, SegmentName.PLAIN);
    Path sealed = name.in(streamFolder, SegmentName.SEALED);
    if (!disk.exists(plain)) {
      if (disk.exists(sealed)) {
        disk.delete(name.in(streamFolder, SegmentName.LOCK));
      }
      return Result.NOTHING;
    }
    Result result = Result.NOTHING;
    if (!disk.exists(sealed)) {
      result = write(streamFolder, name);
    }
    // Also for a sealed file that was found: its writer may have died before this.
    disk.forceDirectory(Layout.folderOf(sealed));
    disk.delete(plain);
    disk.delete(name.in(streamFolder, SegmentName.LOCK));
    return result;
  }

  private Result write(Path streamFolder, SegmentName name) throws IOException {
    Path file = temporary.next("sealed");
    try {
      Result result = compress(name.in(streamFolder, SegmentName.PLAIN), file);
      if (result.cutBytes() > 0) {
        keepTail(streamFolder, name, result.bytes());
      }
      if (result.lines() > 0) {
        disk.rename(file, name.in(streamFolder, SegmentName.SEALED));
      }
      return result;
    } finally {
      temporary.deleteQuietly(file);
    }
  }

  private Result compress(Path plain, Path into) throws IOException {
    try (Disk.Output output = disk.create(into);
        InputStream in = DiskStreams.plain(disk.open(plain))) {
      long lines = 0;
      LineScanner scanner = new LineScanner(in, lineLimit, 0);
      try (OutputStream compressed = DiskStreams.sealing(output)) {
        while (scanner.step() == LineScanner.Step.LINE) {
          compressed.write(scanner.buffer(), scanner.start(), scanner.length() + 1);
          lines++;
        }
      }
      output.force();
      long valid = scanner.offset();
      return new Result(lines, valid, DiskStreams.size(disk, plain) - valid);
    }
  }

  private void keepTail(Path streamFolder, SegmentName name, long from) throws IOException {
    Path file = temporary.next("cut");
    try {
      try (Disk.Output output = disk.create(file);
          InputStream in =
              DiskStreams.plain(disk.open(name.in(streamFolder, SegmentName.PLAIN)), from);
          OutputStream out = DiskStreams.to(output)) {
        in.transferTo(out);
        output.force();
      }
      disk.rename(file, name.in(streamFolder, SegmentName.CUT));
    } finally {
      temporary.deleteQuietly(file);
    }
  }
}
