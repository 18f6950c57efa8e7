package dev.treadle.gateway.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.io.HttpMessageWriter;
import org.apache.hc.core5.http.io.HttpMessageWriterFactory;
import org.apache.hc.core5.http.io.SessionOutputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the head of a message in one piece, for one connection. The library's own writer makes
 * characters of each line before it makes bytes of them, which costs several times as much. A line
 * that stood at the same place of the head before is still there and is not written again.
 *
 * <p>As there, nothing in a name or value can begin a new line: breaks become spaces, and what is
 * neither printable ISO-8859-1 nor a tab becomes a question mark.
 */
public final class HeadWriter<M extends HttpMessage> implements HttpMessageWriter<M> {
  /** For connections to upstreams. */
  public static final HttpMessageWriterFactory<ClassicHttpRequest> REQUESTS =
      () -> new HeadWriter<>(HeadWriter::requestLine);

  /** For connections of clients. */
  static final HttpMessageWriterFactory<ClassicHttpResponse> RESPONSES =
      () -> new HeadWriter<>(HeadWriter::statusLine);

  private static final int FIRST = 512;
  private static final int KEPT = 8 << 10;

  /** Longer heads are written again from there on. */
  private static final int MOST_KNOWN = 24;

  private final FirstLine<M> firstLine;
  private byte[] bytes = new byte[FIRST];
  private int length;

  /** The lines that {@code bytes} holds from the last head, two texts each, and where they end. */
  private final @Nullable String[] known = new String[2 * MOST_KNOWN];

  private final int[] ends = new int[MOST_KNOWN];
  private int knownLines;
  private int line;

  private HeadWriter(FirstLine<M> firstLine) {
    this.firstLine = firstLine;
  }

  private interface FirstLine<M extends HttpMessage> {
    void put(HeadWriter<M> head, M message);
  }

  private static void requestLine(HeadWriter<ClassicHttpRequest> head, ClassicHttpRequest request) {
    head.line("", request.getMethod(), " ", request.getRequestUri(), " HTTP/1.1");
  }

  private static void statusLine(
      HeadWriter<ClassicHttpResponse> head, ClassicHttpResponse response) {
    String reason = response.getReasonPhrase();
    head.line(
        "HTTP/1.1 ", Integer.toString(response.getCode()), " ", reason == null ? "" : reason, "");
  }

  @Override
  public void write(M message, SessionOutputBuffer buffer, OutputStream out) throws IOException {
    length = 0;
    line = 0;
    firstLine.put(this, message);
    for (Iterator<Header> headers = message.headerIterator(); headers.hasNext(); ) {
      Header header = headers.next();
      String value = header.getValue();
      line("", header.getName(), ": ", value == null ? "" : value, "");
    }
    knownLines = Math.min(line, MOST_KNOWN);
    end();
    buffer.write(bytes, 0, length, out);
    if (bytes.length > KEPT) {
      bytes = new byte[FIRST];
      Arrays.fill(known, null); // Their texts are as large.
      knownLines = 0;
    }
  }

  /** One line, of what is always the same at its place in a head, and two texts. */
  private void line(String before, String first, String between, String second, String after) {
    int at = line++;
    if (at < knownLines && first.equals(known[2 * at]) && second.equals(known[2 * at + 1])) {
      length = ends[at];
      return;
    }
    put(before);
    put(first);
    put(between);
    put(second);
    put(after);
    end();
    if (at < MOST_KNOWN) {
      known[2 * at] = first;
      known[2 * at + 1] = second;
      boolean isInPlace = at < knownLines && ends[at] == length;
      ends[at] = length;
      knownLines = isInPlace ? knownLines : Math.min(knownLines, at + 1);
    }
  }

  private void put(String text) {
    int count = text.length();
    need(count);
    for (int i = 0; i < count; i++) {
      bytes[length++] = wire(text.charAt(i));
    }
  }

  private static byte wire(char c) {
    boolean isPrintable = (c >= ' ' && c <= '~') || (c >= 0xa0 && c <= 0xff) || c == '\t';
    boolean isBreak = c >= '\n' && c <= '\r';
    return (byte) (isPrintable ? c : isBreak ? ' ' : '?');
  }

  private void end() {
    need(2);
    bytes[length++] = '\r';
    bytes[length++] = '\n';
  }

  private void need(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
