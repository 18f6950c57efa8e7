package dev.treadle.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The segments that a stream has on disk, in the order of the log. */
final class Segments {
  private static final int LISTINGS = 100;

  /** A segment's file: where both kinds exist, the sealed one. */
  record Found(Path streamFolder, SegmentName name, boolean sealed) {
    Path file() {
      return name.in(streamFolder, sealed ? SegmentName.SEALED : SegmentName.PLAIN);
    }

    Found asSealed() {
      return new Found(streamFolder, name, true);
    }
  }

  private Segments() {}

  /**
   * A listing of folders is not one instant: a segment that is being sealed may be seen under
   * neither of its names. A name moves once, so two equal listings have missed nothing.
   */
  static List<Found> list(Disk disk, Path streamFolder) throws IOException {
    List<Found> before = listOnce(disk, streamFolder);
    for (int i = 0; i < LISTINGS; i++) {
      List<Found> after = listOnce(disk, streamFolder);
      if (after.equals(before)) {
        break;
      }
      before = after;
    }
    return before;
  }

  /** The bytes of a segment's file, whichever name it has by now. */
  static long size(Disk disk, Found segment) throws IOException {
    try {
      return DiskStreams.size(disk, segment.file());
    } catch (NoSuchFileException e) {
      // Sealed since it was listed, or ended without a line.
      Path sealed = segment.asSealed().file();
      return disk.exists(sealed) ? DiskStreams.size(disk, sealed) : 0;
    }
  }

  private static List<Found> listOnce(Disk disk, Path streamFolder) throws IOException {
    TreeMap<SegmentName, Found> found = new TreeMap<>();
    for (Disk.Entry day : disk.list(streamFolder)) {
      if (day.kind() == Disk.Kind.DIRECTORY && SegmentName.isDay(day.name())) {
        for (Disk.Entry file : disk.list(streamFolder.resolve(day.name()))) {
          if (file.kind() == Disk.Kind.FILE) {
            add(found, streamFolder, day.name(), file.name());
          }
        }
      }
    }
    return new ArrayList<>(found.values());
  }

  private static void add(
      Map<SegmentName, Found> found, Path streamFolder, String day, String file) {
    SegmentName.parse(day, file, SegmentName.SEALED)
        .ifPresent(name -> found.put(name, new Found(streamFolder, name, true)));
    SegmentName.parse(day, file, SegmentName.PLAIN)
        .ifPresent(name -> found.putIfAbsent(name, new Found(streamFolder, name, false)));
  }

  /** Files of one suffix, whatever else the segment has: plain ones, locks, cut tails. */
  static List<SegmentName> withSuffix(Disk disk, Path streamFolder, String suffix)
      throws IOException {
    List<SegmentName> names = new ArrayList<>();
    for (Disk.Entry day : disk.list(streamFolder)) {
      if (day.kind() == Disk.Kind.DIRECTORY && SegmentName.isDay(day.name())) {
        for (Disk.Entry file : disk.list(streamFolder.resolve(day.name()))) {
          Optional<SegmentName> name = SegmentName.parse(day.name(), file.name(), suffix);
          if (file.kind() == Disk.Kind.FILE && name.isPresent()) {
            names.add(name.get());
          }
        }
      }
    }
    return names;
  }
}
