package dev.treadle.gateway.scripted;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** The answering side of one connection: bytes exactly as they are told, and its ends. */
final class Wire {
  private static final int BUFFER = 16 << 10;
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /**
   * Does not own the socket.
   *
   * @param in what requests are read from; supports marks
   */
  Wire(Socket socket, InputStream in) throws IOException {
    this.socket = socket;
    this.in = in;
    this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
  }

  /** The client has closed its side while an answer was due. */
  static final class ClientGone extends IOException {
    private static final long serialVersionUID = 1;

    ClientGone() {
      super("the client has gone");
    }
  }

  boolean isOpen() {
    return !socket.isClosed();
  }

  /** The head of an answer whose body has that many bytes. */
  void head(int status, String type, Map<String, String> headers, int length) throws IOException {
    head(status, type, headers, "content-length: " + length);
  }

  /** The head of an answer that comes in chunks. */
  void head(int status, String type, Map<String, String> headers) throws IOException {
    head(status, type, headers, "transfer-encoding: chunked");
  }

  private void head(int status, String type, Map<String, String> headers, String framing)
      throws IOException {
    StringBuilder head = new StringBuilder(160);
    head.append("HTTP/1.1 ").append(status).append(' ').append(reason(status)).append("\r\n");
    head.append("content-type: ").append(type).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append(framing).append("\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String reason(int status) {
    return status == 200 ? "OK" : "Status";
  }

  void raw(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
  }

  void chunk(byte[] bytes) throws IOException {
    chunk(bytes, bytes.length);
  }

  /** A chunk that says it is whole, with only its first bytes. */
  void chunk(byte[] bytes, int length) throws IOException {
    out.write(Integer.toHexString(bytes.length).getBytes(StandardCharsets.US_ASCII));
    out.write(CRLF);
    out.write(bytes, 0, length);
    if (length == bytes.length) {
      out.write(CRLF);
    }
  }

  void lastChunk() throws IOException {
    out.write(LAST_CHUNK);
    out.flush();
  }

  void flush() throws IOException {
    out.flush();
  }

  /**
   * Lets time pass, with everything sent that was written.
   *
   * @throws ClientGone as soon as the client closes the connection
   */
  void pause(Duration time) throws IOException {
    if (time.isZero()) {
      return;
    }
    out.flush();
    socket.setSoTimeout((int) Math.max(1, time.toMillis()));
    in.mark(1);
    try {
      if (in.read() < 0) {
        throw new ClientGone();
      }
      // The next request is here already: it waits, and says nothing of whether the client does.
      in.reset();
      Thread.sleep(time);
    } catch (SocketTimeoutException e) {
      in.reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      socket.setSoTimeout(0);
    }
  }

  /**
   * Says nothing more for as long as the client waits.
   *
   * @throws ClientGone always, unless the upstream is closed first
   */
  void stall() throws IOException {
    out.flush();
    while (in.read() >= 0) {
      // Whatever the client says: there is no answer.
    }
    throw new ClientGone();
  }

  /** Ends the connection with FIN. */
  void close() throws IOException {
    out.flush();
    socket.close();
  }

  /** Ends the connection with RST. */
  void reset() throws IOException {
    out.flush();
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
