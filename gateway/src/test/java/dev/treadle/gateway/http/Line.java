package dev.treadle.gateway.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client's bare connection: what is sent and what comes, byte by byte. */
final class Line implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket = new Socket();

  Line(HttpServer server) throws IOException {
    socket.connect(server.address());
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /** With little room for what comes. */
  Line(HttpServer server, int room) throws IOException {
    socket.setReceiveBufferSize(room);
    socket.connect(server.address());
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  Line say(String text) throws IOException {
    return say(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Line say(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** One answer whose length is told or that has none; with its head. */
  String answer() throws IOException {
    String head = head();
    int length = 0;
    for (String field : head.split("\r\n", -1)) {
      if (field.regionMatches(true, 0, "content-length: ", 0, 16)) {
        length = Integer.parseInt(field.substring(16).strip());
      }
    }
    return head
        + new String(socket.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  /** A head, to the empty line after it. */
  String head() throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed after: " + head.toString(StandardCharsets.ISO_8859_1));
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** Everything until the other side closes. */
  String rest() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
