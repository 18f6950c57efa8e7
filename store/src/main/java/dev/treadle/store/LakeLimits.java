package dev.treadle.store;

import java.time.Duration;

/**
 * The lake's bounds.
 *
 * @param lineBytes the longest line that is written or read, its checksum included: 16 MiB, as
 *     DuckDB holds several times that of every file that it reads
 * @param segmentBytes a segment that has reached this length is sealed
 * @param queuedBytes lines waiting for the disk; beyond it {@code append} waits
 * @param groupCommit how long a line of {@link Durability#GROUP_COMMIT} may wait for company
 * @param blobBytes the largest blob
 * @param lockWait how long to wait for a lock that another process holds for a moment
 */
public record LakeLimits(
    int lineBytes,
    long segmentBytes,
    long queuedBytes,
    Duration groupCommit,
    int blobBytes,
    Duration lockWait) {
  public static final LakeLimits DEFAULT =
      new LakeLimits(
          16 << 20,
          256L << 20,
          32L << 20,
          Duration.ofMillis(10),
          256 << 20,
          Duration.ofSeconds(20));

  public LakeLimits {
    if (lineBytes < 64 || segmentBytes < 1 || queuedBytes < 1 || blobBytes < 1) {
      throw new IllegalArgumentException("a limit of the lake is too small: " + lineBytes);
    }
    if (groupCommit.isNegative() || lockWait.isNegative()) {
      throw new IllegalArgumentException("a wait of the lake is negative");
    }
  }

  public LakeLimits withSegmentBytes(long bytes) {
    return new LakeLimits(lineBytes, bytes, queuedBytes, groupCommit, blobBytes, lockWait);
  }
}
