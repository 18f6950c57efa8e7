package dev.treadle.gateway.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A client's connection that is kept alive: one request after the other, blocking, with nothing
 * between the socket and the clock that a benchmark would have to explain.
 */
final class ChatConnection implements AutoCloseable {
  private static final int LONGEST_HEAD = 16 << 10;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[16 << 10];
  private int position;
  private int limit;

  ChatConnection(URI server) throws IOException {
    socket = new Socket(server.getHost(), server.getPort());
    socket.setTcpNoDelay(true);
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  /**
   * Sends a request and reads its answer to the end.
   *
   * @throws IOException where the connection breaks before the end of the answer
   */
  ChatAnswer post(byte[] request) throws IOException {
    return post(request, () -> {});
  }

  /** As {@link #post(byte[])}; tells when the first piece of text came. */
  ChatAnswer post(byte[] request, Runnable onFirstContent) throws IOException {
    out.write(request);
    Head head = head();
    if (!head.isChunked()) {
      int first = head.length() > 0 ? next() : -1;
      long began = System.nanoTime();
      for (int left = head.length() - 1; left > 0; left -= skip(left)) {}
      boolean isWhole = first >= 0 || head.length() == 0;
      return new ChatAnswer(
          head.status(), head.exchange(), isWhole, 0, -1, began, System.nanoTime());
    }
    EventReader events = new EventReader(onFirstContent);
    try {
      chunks(events);
    } catch (IOException e) {
      if (!events.isDone()) {
        throw e;
      }
      // The stream's own end came; that of the chunks did not. The next request will fail.
    }
    return events.answer(head.status(), head.exchange());
  }

  private record Head(int status, int length, boolean isChunked, String exchange) {}

  private Head head() throws IOException {
    String line = line();
    int status = Integer.parseInt(line.substring(9, 12));
    int length = 0;
    boolean isChunked = false;
    String exchange = "";
    int size = line.length();
    for (line = line(); !line.isEmpty(); line = line()) {
      size += line.length();
      if (size > LONGEST_HEAD) {
        throw new IOException("a head without end");
      }
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1).strip();
      switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = Integer.parseInt(value);
        case "transfer-encoding" -> isChunked = value.equalsIgnoreCase("chunked");
        case "x-treadle-exchange" -> exchange = value;
        default -> {}
      }
    }
    return new Head(status, length, isChunked, exchange);
  }

  private void chunks(EventReader events) throws IOException {
    while (true) {
      String size = line();
      int semicolon = size.indexOf(';');
      int left = Integer.parseInt(semicolon < 0 ? size : size.substring(0, semicolon), 16);
      if (left == 0) {
        if (!line().isEmpty()) {
          throw new IOException("trailers, which nobody asked for");
        }
        return;
      }
      while (left > 0) {
        fill();
        int count = Math.min(left, limit - position);
        events.read(buffer, position, count);
        position += count;
        left -= count;
      }
      if (!line().isEmpty()) {
        throw new IOException("a chunk is longer than it says");
      }
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder(64);
    while (true) {
      fill();
      int start = position;
      while (position < limit && buffer[position] != '\n') {
        position++;
      }
      line.append(new String(buffer, start, position - start, StandardCharsets.ISO_8859_1));
      if (line.length() > LONGEST_HEAD) {
        throw new IOException("a line without end");
      }
      if (position < limit) {
        position++;
        int last = line.length() - 1;
        if (last >= 0 && line.charAt(last) == '\r') {
          line.setLength(last);
        }
        return line.toString();
      }
    }
  }

  private int next() throws IOException {
    fill();
    return buffer[position++];
  }

  private int skip(int most) throws IOException {
    fill();
    int count = Math.min(most, limit - position);
    position += count;
    return count;
  }

  private void fill() throws IOException {
    if (position < limit) {
      return;
    }
    int count = in.read(buffer, 0, buffer.length);
    if (count < 0) {
      throw new EOFException("the server closed the connection");
    }
    position = 0;
    limit = count;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
