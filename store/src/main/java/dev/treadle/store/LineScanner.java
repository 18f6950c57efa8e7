package dev.treadle.store;

import dev.treadle.transcript.ByteWords;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into lines and checks each one's checksum, in memory bounded by the line
 * limit. A line is valid when it is whole, ends with a newline and its checksum is right.
 */
final class LineScanner {
  private static final int FIRST_BUFFER = 1 << 18;

  private final InputStream in;
  private final int limit;
  private byte[] buffer = new byte[FIRST_BUFFER];
  private int filled;
  private int start;
  private int length;
  private int next;
  private long bufferOffset;
  private boolean ended;
  private boolean overlong;

  /** Reads lines from {@code in}, whose first byte is byte {@code from} of the segment. */
  LineScanner(InputStream in, int limit, long from) {
    this.in = in;
    this.limit = limit;
    this.bufferOffset = from;
  }

  /** What the scanner stands at after a step. */
  enum Step {
    LINE,
    INVALID,
    /** Bytes after the last newline: a line that is being written, or was never finished. */
    TORN,
    END
  }

  Step step() throws IOException {
    start = next;
    int from = start;
    while (true) {
      int newline = ByteWords.indexOf(buffer, from, filled, '\n');
      if (newline >= 0) {
        length = newline - start;
        next = newline + 1;
        boolean valid = !overlong && length < limit && Line.isValid(buffer, start, length);
        overlong = false;
        return valid ? Step.LINE : Step.INVALID;
      }
      int searched = filled - start;
      if (ended || !fill()) {
        length = filled - start;
        next = filled;
        return length == 0 && !overlong ? Step.END : Step.TORN;
      }
      from = start + (overlong ? 0 : searched);
    }
  }

  /** Reads on. The line that was begun moves to the front; one over the limit is dropped. */
  private boolean fill() throws IOException {
    int begun = filled - start;
    if (begun > limit) {
      overlong = true;
      begun = 0;
    }
    int keptFrom = filled - begun;
    bufferOffset += keptFrom;
    byte[] target = begun == buffer.length ? new byte[grown()] : buffer;
    System.arraycopy(buffer, keptFrom, target, 0, begun);
    buffer = target;
    start = 0;
    filled = begun;
    int read = in.readNBytes(buffer, filled, buffer.length - filled);
    if (read == 0) {
      ended = true;
      return false;
    }
    filled += read;
    return true;
  }

  private int grown() {
    return (int) Math.min(2L * buffer.length, (long) limit + FIRST_BUFFER);
  }

  byte[] buffer() {
    return buffer;
  }

  int start() {
    return start;
  }

  /** The length of the line as it lies there, without newline. */
  int length() {
    return length;
  }

  /** The length of the record's own fields: up to the comma before the checksum. */
  int covered() {
    return length - Line.SUFFIX;
  }

  /** Where the line begins in the segment's bytes. */
  long offset() {
    return bufferOffset + start;
  }

  /** Where the next line begins. */
  long end() {
    return bufferOffset + next;
  }

  /** The record as it was appended: the line without its checksum. */
  byte[] json() {
    byte[] json = Arrays.copyOfRange(buffer, start, start + covered() + 1);
    json[json.length - 1] = '}';
    return json;
  }
}
