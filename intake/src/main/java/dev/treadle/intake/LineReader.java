package dev.treadle.intake;

import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Reads a file line by line into one buffer that grows to the longest line and no further than a
 * limit; a longer line is passed over without being held. Bytes, not characters: nothing is decoded
 * here.
 */
final class LineReader implements Closeable {
  private static final int CHUNK = 1 << 20;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LINE_FEEDS = 0x0A0A0A0A0A0A0A0AL;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private final FileChannel channel;
  private final int maxBytes;
  private byte[] buffer = new byte[CHUNK];
  private int start;
  private int end;
  private long bufferOffset;

  private int lineStart;
  private int lineLength;
  private boolean tooLong;
  private boolean complete;

  public LineReader(Path file, int maxBytes) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.maxBytes = maxBytes;
  }

  /** Moves to the next line; false at the end of the file. */
  public boolean next() throws IOException {
    int scanned = 0;
    while (true) {
      int feed = lineFeed(start + scanned);
      if (feed >= 0) {
        line(feed - start, true);
        start = feed + 1;
        return true;
      }
      scanned = end - start;
      if (scanned > maxBytes) {
        return passOver();
      }
      if (!fill()) {
        if (scanned == 0) {
          return false;
        }
        line(scanned, false);
        start = end;
        return true;
      }
    }
  }

  /** The buffer that holds the line, valid until {@link #next()}. */
  public byte[] buffer() {
    return buffer;
  }

  /** Where the line begins in {@link #buffer()}. */
  public int from() {
    return lineStart;
  }

  /** The line's length in bytes without its line end; 0 if it was too long. */
  public int length() {
    return lineLength;
  }

  /** The offset of the line's first byte in the file. */
  public long offset() {
    return bufferOffset + lineStart;
  }

  /** Whether the line was longer than the limit and was passed over. */
  public boolean tooLong() {
    return tooLong;
  }

  /**
   * Whether it ended in a line feed; only the last line may not, where its writer is still at it or
   * was killed.
   */
  public boolean complete() {
    return complete;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void line(int length, boolean isComplete) {
    lineStart = start;
    lineLength = length > 0 && buffer[start + length - 1] == '\r' ? length - 1 : length;
    tooLong = false;
    complete = isComplete;
  }

  /** Drops what there is of a line that is too long, and all up to its line feed. */
  private boolean passOver() throws IOException {
    int feed;
    do {
      bufferOffset += end;
      start = 0;
      end = 0;
      if (!fill()) {
        feed = -1;
        break;
      }
      feed = lineFeed(0);
    } while (feed < 0);
    lineStart = start;
    lineLength = 0;
    tooLong = true;
    complete = feed >= 0;
    start = feed >= 0 ? feed + 1 : end;
    return true;
  }

  /** Reads more behind what is not consumed, moving or growing the buffer where that is needed. */
  private boolean fill() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      bufferOffset += start;
      end -= start;
      start = 0;
    }
    if (buffer.length - end < CHUNK / 2) {
      buffer = Arrays.copyOf(buffer, Math.min(buffer.length * 2, maxBytes + 2 * CHUNK));
    }
    int read = channel.read(ByteBuffer.wrap(buffer, end, buffer.length - end));
    if (read <= 0) {
      return false;
    }
    end += read;
    return true;
  }

  /** The index of the first line feed from {@code from} on, or -1; eight bytes at a time. */
  private int lineFeed(int from) {
    int at = from;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long word = (long) LONGS.get(buffer, at) ^ LINE_FEEDS;
      long zeros = (word - ONES) & ~word & HIGHS;
      if (zeros != 0) {
        return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
      }
    }
    for (; at < end; at++) {
      if (buffer[at] == '\n') {
        return at;
      }
    }
    return -1;
  }
}
