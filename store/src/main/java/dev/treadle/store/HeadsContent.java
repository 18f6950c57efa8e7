package dev.treadle.store;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The index behind {@link Heads} and how it lies in {@code cache/}. An entry's first number and the
 * high half of its second are 96 bits of the digest's SHA-256; the low half is the ordinal of the
 * segment that it was read from.
 */
final class HeadsContent {
  private static final long MAGIC = 0x7472_6561_6468_6431L;

  private final IdTable table = new IdTable();
  private final Map<SegmentName, Covered> covered = new HashMap<>();

  /** Segment names by ordinal; ordinal 0 is none of them. */
  private final List<SegmentName> names = new ArrayList<>();

  /**
   * How far a segment was read.
   *
   * @param sealed whether it was read whole and cannot grow
   * @param bytes the plain bytes read of one that may have grown since
   */
  record Covered(int ordinal, boolean sealed, long bytes) {}

  static Path file(Layout layout, Stream stream) {
    return layout.cache().resolve("heads-" + stream.folder());
  }

  IdTable table() {
    return table;
  }

  Covered covered(SegmentName name) {
    return covered.computeIfAbsent(
        name,
        added -> {
          names.add(added);
          return new Covered(names.size(), false, 0);
        });
  }

  void cover(SegmentName name, Covered how) {
    covered.put(name, how);
  }

  /** Whether the first ordinal's segment is later in the log than the second's. */
  boolean isAfter(int first, int second) {
    return first == 0 || names.get(first - 1).compareTo(names.get(second - 1)) > 0;
  }

  /** Whether every segment that was read is still there, and none is shorter than it was. */
  boolean fits(Disk disk, List<Segments.Found> segments) throws IOException {
    Set<SegmentName> present = new HashSet<>();
    for (Segments.Found segment : segments) {
      Covered before = covered.get(segment.name());
      present.add(segment.name());
      if (before != null && !segment.sealed() && (before.sealed() || isShorter(disk, segment))) {
        return false;
      }
    }
    return present.containsAll(covered.keySet());
  }

  private boolean isShorter(Disk disk, Segments.Found segment) throws IOException {
    Covered before = covered(segment.name());
    return disk.exists(segment.file()) && DiskStreams.size(disk, segment.file()) < before.bytes();
  }

  void write(Disk disk, TemporaryFiles temporary, Path file) throws IOException {
    Path written = temporary.next("heads");
    try (Disk.Output output = disk.create(written)) {
      CheckedOutputStream checked =
          new CheckedOutputStream(
              new BufferedOutputStream(DiskStreams.to(output), 1 << 16), new CRC32C());
      DataOutputStream out = new DataOutputStream(checked);
      out.writeLong(MAGIC);
      out.writeInt(names.size());
      for (SegmentName name : names) {
        Covered how = covered(name);
        out.writeUTF(name.toString());
        out.writeBoolean(how.sealed());
        out.writeLong(how.bytes());
      }
      out.writeInt(table.size());
      for (int entry = 0; entry < table.size(); entry++) {
        out.writeLong(table.high(entry));
        out.writeLong(table.low(entry));
        out.writeLong(table.first(entry));
        out.writeLong(table.second(entry));
      }
      out.writeLong(checked.getChecksum().getValue());
      out.flush();
      output.force();
    }
    temporary.moveInto(written, file);
  }

  /** The kept index; an empty one where there is none that is whole. */
  static HeadsContent read(Disk disk, Path file) throws IOException {
    if (!disk.exists(file)) {
      return new HeadsContent();
    }
    try (DataInputStream in = open(disk, file)) {
      HeadsContent content = new HeadsContent();
      return content.isReadFrom(in) ? content : new HeadsContent();
    } catch (IOException | RuntimeException e) {
      // Cut short or of another version: derived, so it is simply made again.
      return new HeadsContent();
    }
  }

  private static DataInputStream open(Disk disk, Path file) throws IOException {
    return new DataInputStream(
        new BufferedInputStream(DiskStreams.plain(disk.open(file)), 1 << 16));
  }

  private boolean isReadFrom(DataInputStream in) throws IOException {
    CheckedInputStream checked = new CheckedInputStream(in, new CRC32C());
    DataInputStream data = new DataInputStream(checked);
    if (data.readLong() != MAGIC) {
      return false;
    }
    int segments = data.readInt();
    for (int i = 0; i < segments; i++) {
      SegmentName name = SegmentName.parse(data.readUTF());
      names.add(name);
      covered.put(name, new Covered(i + 1, data.readBoolean(), data.readLong()));
    }
    int entries = data.readInt();
    for (int i = 0; i < entries; i++) {
      table.add(data.readLong(), data.readLong(), data.readLong(), data.readLong());
    }
    long sum = checked.getChecksum().getValue();
    return data.readLong() == sum;
  }
}
