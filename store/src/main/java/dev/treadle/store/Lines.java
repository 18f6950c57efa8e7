package dev.treadle.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The records of a stream, read one after the other in the order of the log. It sees what the log
 * held when it was opened, and perhaps more of the segments that are being written; never a record
 * that is not whole. Forgotten records are left out.
 */
public final class Lines implements Iterator<RawLine>, AutoCloseable {
  private final Disk disk;
  private final int lineLimit;
  private final Forgotten forgotten;
  private final @Nullable Locations latest;
  private final List<Segments.Found> segments;
  private int nextSegment;
  private @Nullable SegmentReader reader;
  private @Nullable RawLine ready;

  private long records;
  private long forgottenCount;
  private long superseded;
  private long tornBytes;
  private long damagedLines;
  private int damagedSegments;

  private Lines(
      Disk disk,
      int lineLimit,
      Forgotten forgotten,
      List<Segments.Found> segments,
      @Nullable Locations latest) {
    this.disk = disk;
    this.lineLimit = lineLimit;
    this.forgotten = forgotten;
    this.segments = segments;
    this.latest = latest;
  }

  static Lines all(Disk disk, Layout layout, Stream stream, int lineLimit) {
    return from(disk, layout, stream, lineLimit, LocalDate.MIN);
  }

  /** Only the days from that one on: no other segment is opened. */
  static Lines from(Disk disk, Layout layout, Stream stream, int lineLimit, LocalDate from) {
    Path folder = layout.stream(stream);
    try {
      Forgotten forgotten = Forgotten.read(disk, layout);
      List<Segments.Found> segments =
          Segments.list(disk, folder).stream()
              .filter(it -> it.name().day().compareTo(from.toString()) >= 0)
              .toList();
      return new Lines(disk, lineLimit, forgotten, segments, null);
    } catch (IOException e) {
      throw StoreError.reading(folder, e);
    }
  }

  /** Only the last revision of every id: reads the stream twice, its ids in memory. */
  static Lines latest(Disk disk, Layout layout, Stream stream, int lineLimit) {
    Path folder = layout.stream(stream);
    try {
      Forgotten forgotten = Forgotten.read(disk, layout);
      List<Segments.Found> segments = Segments.list(disk, folder);
      Locations latest = Locations.of(disk, segments, lineLimit);
      return new Lines(disk, lineLimit, forgotten, segments, latest);
    } catch (IOException e) {
      throw StoreError.reading(folder, e);
    }
  }

  @Override
  public boolean hasNext() {
    while (ready == null) {
      SegmentReader current = reader != null ? reader : openNext();
      if (current == null) {
        return false;
      }
      if (!current.next()) {
        endSegment(current);
      } else if (isWanted(current.line())) {
        records++;
        ready =
            new RawLine(
                current.line().json(),
                current.segment().name().toString(),
                current.line().offset());
      }
    }
    return true;
  }

  @Override
  public RawLine next() {
    if (!hasNext() || ready == null) {
      throw new NoSuchElementException();
    }
    RawLine line = ready;
    ready = null;
    return line;
  }

  private boolean isWanted(LineScanner line) {
    if (forgotten.isEmpty() && latest == null) {
      return true;
    }
    String id = LineKeys.idOf(line);
    if (id == null) {
      return true;
    }
    if (forgotten.holds(id)) {
      forgottenCount++;
      return false;
    }
    if (latest != null && !latest.isLast(id, nextSegment - 1)) {
      superseded++;
      return false;
    }
    return true;
  }

  private @Nullable SegmentReader openNext() {
    while (nextSegment < segments.size()) {
      Segments.Found segment = segments.get(nextSegment++);
      try {
        reader = SegmentReader.open(disk, segment, lineLimit);
        return reader;
      } catch (IOException e) {
        // Among many good ones: counted, and the others are given.
        damagedSegments++;
      }
    }
    return null;
  }

  private void endSegment(SegmentReader ended) {
    tornBytes += ended.tornBytes();
    damagedLines += ended.damagedLines();
    damagedSegments += ended.isDamaged() ? 1 : 0;
    close();
  }

  /** What was met so far; the whole story when {@link #hasNext} says no. */
  public ReadReport report() {
    return new ReadReport(
        records, forgottenCount, superseded, tornBytes, damagedLines, damagedSegments);
  }

  @Override
  public void close() {
    try {
      if (reader != null) {
        reader.close();
      }
    } catch (IOException e) {
      // Only read from.
    } finally {
      reader = null;
    }
  }
}
