package dev.treadle.transcript.dialect;

import dev.treadle.transcript.TranscriptError;
import dev.treadle.transcript.TreadleException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A push parser of {@code text/event-stream}: bytes in chunks of any size go in, whole events come
 * out as soon as their blank line is there. How the bytes were cut makes no difference, and the raw
 * bytes of all events, one after another, are the input.
 *
 * <p>Lines end in LF, CRLF or CR. A blank line that ends in CR ends its event at once, unless the
 * line before it ended in CRLF: then the LF is waited for. An LF that follows all the same opens
 * the next event's bytes.
 */
public final class SseParser {
  private enum LineEnd {
    LF,
    CR,
    CRLF
  }

  private final int maxEventBytes;
  private byte[] buffer = new byte[1024];

  /** Where the bytes of the unfinished event end; they begin at 0. */
  private int length;

  /** Up to where they have been looked at. */
  private int scanned;

  private boolean isLineEmpty = true;
  private LineEnd lastLineEnd = LineEnd.LF;

  /** The last byte was a CR that ended a line; an LF now belongs to it. */
  private boolean isAfterCr;

  /** The event is over but for the LF of its last CRLF. */
  private boolean isWaitingForLf;

  private boolean isFirstLine = true;
  private boolean isFirstEvent = true;

  /**
   * @param maxEventBytes the longest event, in bytes with its blank line
   */
  public SseParser(int maxEventBytes) {
    this.maxEventBytes = maxEventBytes;
  }

  /**
   * Takes the next bytes and hands every event that they complete to {@code sink}.
   *
   * @throws TreadleException {@link TranscriptError#EVENT_TOO_LARGE}; the parser is of no use then
   */
  public void feed(byte[] bytes, int offset, int count, Consumer<SseEvent> sink) {
    append(bytes, offset, count);
    int start = 0;
    while (scanned < length) {
      byte it = buffer[scanned];
      if (isWaitingForLf && it != '\n') {
        start = emit(start, scanned, sink);
        continue;
      }
      scanned++;
      if (isWaitingForLf || (endsLine(it) && isEventOver(it))) {
        start = emit(start, scanned, sink);
      } else if (scanned - start > maxEventBytes) {
        throw tooLarge();
      }
    }
    if (start > 0) { // Else a long event would be copied onto itself with every feed.
      System.arraycopy(buffer, start, buffer, 0, length - start);
      length -= start;
    }
    scanned = length;
  }

  /** Whether bytes of an unfinished event are pending. */
  public boolean hasPartial() {
    return length > 0 && !isLoneLf();
  }

  /** The pending bytes. */
  byte[] pending() {
    return Arrays.copyOf(buffer, length);
  }

  private boolean isLoneLf() {
    return length == 1 && buffer[0] == '\n';
  }

  private void append(byte[] bytes, int offset, int count) {
    if (length + count > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + count));
    }
    System.arraycopy(bytes, offset, buffer, length, count);
    length += count;
  }

  /** Takes one byte; true if it ends a line, which {@link #isLineEmpty} then speaks of. */
  private boolean endsLine(byte it) {
    boolean isRestOfCrlf = it == '\n' && isAfterCr;
    isAfterCr = it == '\r';
    if (isRestOfCrlf) {
      lastLineEnd = LineEnd.CRLF;
      return false;
    }
    if (it != '\n' && it != '\r') {
      isLineEmpty = isLineEmpty && isBom(it);
      return false;
    }
    return true;
  }

  /** A byte order mark before the first line is no part of it. */
  private boolean isBom(byte it) {
    int at = scanned - 1;
    return isFirstLine && at < 3 && it == (byte) (at == 0 ? 0xEF : at == 1 ? 0xBB : 0xBF);
  }

  private boolean isEventOver(byte lineEnd) {
    boolean isOver = isLineEmpty;
    isLineEmpty = true;
    isFirstLine = false;
    if (isOver && lineEnd == '\r' && lastLineEnd == LineEnd.CRLF) {
      isWaitingForLf = true;
      return false;
    }
    lastLineEnd = lineEnd == '\r' ? LineEnd.CR : LineEnd.LF;
    return isOver;
  }

  private int emit(int start, int end, Consumer<SseEvent> sink) {
    if (end - start > maxEventBytes) {
      throw tooLarge();
    }
    if (isWaitingForLf) {
      isWaitingForLf = false;
      isAfterCr = false;
    }
    SseEvent event = SseEvent.parse(Arrays.copyOfRange(buffer, start, end), isFirstEvent);
    isFirstEvent = false;
    sink.accept(event);
    return end;
  }

  private TreadleException tooLarge() {
    return new TreadleException(
        TranscriptError.EVENT_TOO_LARGE,
        "an event of the stream is longer than the limit of " + maxEventBytes + " bytes");
  }
}
