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

/**
 * Writes the head of a message in one piece, for one connection. The library's own writer makes
 * characters of each line before it makes bytes of them, which costs several times as much.
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

  private final FirstLine<M> firstLine;
  private byte[] bytes = new byte[FIRST];
  private int length;

  private HeadWriter(FirstLine<M> firstLine) {
    this.firstLine = firstLine;
  }

  private interface FirstLine<M extends HttpMessage> {
    void put(HeadWriter<M> head, M message);
  }

  private static void requestLine(HeadWriter<ClassicHttpRequest> head, ClassicHttpRequest request) {
    head.put(request.getMethod());
    head.put(" ");
    head.put(request.getRequestUri());
    head.put(" HTTP/1.1");
  }

  private static void statusLine(
      HeadWriter<ClassicHttpResponse> head, ClassicHttpResponse response) {
    head.put("HTTP/1.1 ");
    head.put(Integer.toString(response.getCode()));
    head.put(" ");
    head.put(response.getReasonPhrase() == null ? "" : response.getReasonPhrase());
  }

  @Override
  public void write(M message, SessionOutputBuffer buffer, OutputStream out) throws IOException {
    length = 0;
    firstLine.put(this, message);
    end();
    for (Iterator<Header> headers = message.headerIterator(); headers.hasNext(); ) {
      Header header = headers.next();
      put(header.getName());
      put(": ");
      put(header.getValue() == null ? "" : header.getValue());
      end();
    }
    end();
    buffer.write(bytes, 0, length, out);
    if (bytes.length > KEPT) {
      bytes = new byte[FIRST];
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
