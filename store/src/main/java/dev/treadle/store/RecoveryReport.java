package dev.treadle.store;

import java.util.List;

/**
 * What was made of the segments that dead processes left.
 *
 * @param segments how many were sealed
 * @param lines the records in them
 * @param cutSegments how many had a tail that is no record, kept in {@code .cut} files
 * @param cutBytes the length of those tails
 * @param troubles segments that could not be sealed now, with the reason; they are read as they are
 */
public record RecoveryReport(
    int segments, long lines, int cutSegments, long cutBytes, List<String> troubles) {
  public static final RecoveryReport NOTHING = new RecoveryReport(0, 0, 0, 0, List.of());

  public RecoveryReport {
    troubles = List.copyOf(troubles);
  }
}
