package dev.treadle.store;

import java.nio.charset.StandardCharsets;

/** One record as the lake holds it: the bytes of a JSON object, and where they lie. */
public final class RawLine {
  private final byte[] json;
  private final String segment;
  private final long offset;

  RawLine(byte[] json, String segment, long offset) {
    this.json = json;
    this.segment = segment;
    this.offset = offset;
  }

  /** The record as it was appended, without its checksum. The array belongs to the caller. */
  public byte[] json() {
    return json;
  }

  /** {@code <utc-day>/<writer>-<n>}. */
  public String segment() {
    return segment;
  }

  /** Where the line begins in the segment's uncompressed bytes. */
  public long offset() {
    return offset;
  }

  @Override
  public String toString() {
    return new String(json, StandardCharsets.UTF_8);
  }
}
