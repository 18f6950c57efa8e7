package dev.treadle.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds orphans, segments whose lock can be taken, and seals them. */
final class Recovery {
  private final Disk disk;
  private final Layout layout;
  private final Sealer sealer;

  private int segments;
  private long lines;
  private int cutSegments;
  private long cutBytes;
  private final List<String> troubles = new ArrayList<>();

  Recovery(Disk disk, Layout layout, Sealer sealer) {
    this.disk = disk;
    this.layout = layout;
    this.sealer = sealer;
  }

  Lake.RecoveryReport run() throws IOException {
    for (Stream stream : Stream.values()) {
      Path folder = layout.stream(stream);
      for (SegmentName name : Segments.withSuffix(disk, folder, SegmentName.PLAIN)) {
        recover(folder, name);
      }
    }
    return new Lake.RecoveryReport(segments, lines, cutSegments, cutBytes, troubles);
  }

  /** A segment that cannot be sealed must not keep a lake closed: readers read it as it is. */
  private void recover(Path folder, SegmentName name) {
    try {
      Optional<Disk.Lock> lock = disk.tryLock(name.in(folder, SegmentName.LOCK));
      if (lock.isEmpty()) {
        return;
      }
      try (Disk.Lock _ = lock.get()) {
        count(sealer.seal(folder, name));
      }
    } catch (IOException e) {
      troubles.add("recovery of " + name.in(folder, SegmentName.PLAIN) + " failed: " + e);
    }
  }

  private void count(Sealer.Result result) {
    segments++;
    lines += result.lines();
    if (result.cutBytes() > 0) {
      cutSegments++;
      cutBytes += result.cutBytes();
    }
  }
}
