package dev.treadle.store;

import java.io.IOException;
import java.util.List;

/**
 * Which line is the last revision of its id: found by reading a stream's ids once. It is told by
 * the segment and by how often the id occurs there, not by a position, so that it stays right when
 * the segment is sealed, or rewritten without what is forgotten, between the two readings.
 */
final class Locations {
  private final IdTable table = new IdTable();

  private Locations() {}

  static Locations of(Disk disk, List<Segments.Found> segments, int lineLimit) {
    Locations locations = new Locations();
    for (int i = 0; i < segments.size(); i++) {
      try (SegmentReader reader = SegmentReader.open(disk, segments.get(i), lineLimit)) {
        while (reader.next()) {
          String id = LineKeys.idOf(reader.line());
          if (id != null) {
            locations.put(id, i);
          }
        }
      } catch (IOException e) {
        // The second reading meets the same and counts it.
      }
    }
    return locations;
  }

  private void put(String id, int segment) {
    int entry = table.findOrAdd(id);
    boolean again = table.first(entry) == segment + 1;
    table.put(entry, segment + 1, again ? table.second(entry) + 1 : 1);
  }

  /**
   * To be asked once for each line, in order: whether it is the last revision as of the first
   * reading. What was written after it is left out, so that every id is given once.
   */
  boolean isLast(String id, int segment) {
    int entry = table.find(id);
    if (entry < 0 || table.first(entry) != segment + 1) {
      return false;
    }
    long left = table.second(entry) - 1;
    table.put(entry, segment + 1, left);
    return left == 0;
  }
}
