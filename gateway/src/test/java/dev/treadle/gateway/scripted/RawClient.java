package dev.treadle.gateway.scripted;

import dev.treadle.transcript.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A client of HTTP that sees what really happens on the wire. */
public final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int SIP = 64;

  private final Socket socket;
  private final InputStream in;

  public RawClient(URI server) throws IOException {
    this(server, 0);
  }

  /**
   * As {@link #RawClient(URI)}, with little room for what comes.
   *
   * @param room in bytes, which are read as few at a time; 0: as usual
   */
  public RawClient(URI server, int room) throws IOException {
    socket = new Socket();
    if (room > 0) {
      socket.setReceiveBufferSize(room);
    }
    socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), room > 0 ? SIP : 8192);
  }

  /** How an answer ended. */
  public enum End {
    /** As HTTP has it. */
    WHOLE,
    /** The connection was closed before. */
    CLOSED,
    /** The connection was reset. */
    RESET,
    /** It was longer than the test reads. */
    TOO_LONG
  }

  /** An answer as far as it came. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Got(int status, Map<String, String> headers, byte[] body, End end) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
      return Json.read(body);
    }

    /** The data of each event, comments and names left out. */
    public List<String> data() {
      List<String> data = new ArrayList<>();
      for (String line : text().split("\n", -1)) {
        if (line.startsWith("data: ")) {
          data.add(line.substring("data: ".length()));
        }
      }
      return data;
    }

    /** The name of each event. */
    public List<String> names() {
      List<String> names = new ArrayList<>();
      for (String line : text().split("\n", -1)) {
        if (line.startsWith("event: ")) {
          names.add(line.substring("event: ".length()));
        }
      }
      return names;
    }
  }

  public Got post(String path, String body) throws IOException {
    send(path, body);
    return read(Integer.MAX_VALUE);
  }

  /**
   * Sends a request.
   *
   * @param headers as lines
   */
  public void send(String path, String body, String... headers) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    raw(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nanthropic-version: 2023-06-01\r\n"
            + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n")
            + "Content-Type: application/json\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n");
    socket.getOutputStream().write(bytes);
  }

  public void raw(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Says that no request will follow, which a server takes for going away. */
  public void stopSending() throws IOException {
    socket.shutdownOutput();
  }

  /** Reads an answer, at most so many bytes of its body. */
  public Got read(int most) throws IOException {
    Reading reading = new Reading();
    try {
      String[] status = reading.line().split(" ", 3);
      reading.status = Integer.parseInt(status[1]);
      for (String line = reading.line(); !line.isEmpty(); line = reading.line()) {
        int colon = line.indexOf(':');
        reading.headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      return reading.got(reading.body(most));
    } catch (Closed e) {
      return reading.got(End.CLOSED);
    } catch (SocketException e) {
      return reading.got(End.RESET);
    }
  }

  private static final class Closed extends IOException {
    private static final long serialVersionUID = 1;
  }

  private final class Reading {
    private int status;
    private final Map<String, String> headers = new HashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Got got(End end) {
      return new Got(status, headers, body.toByteArray(), end);
    }

    End body(int most) throws IOException {
      if (!headers.containsKey("transfer-encoding")) {
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return bytes(length, most) ? End.WHOLE : End.TOO_LONG;
      }
      while (true) {
        int size = Integer.parseInt(line(), 16);
        if (!bytes(size, most)) {
          return End.TOO_LONG;
        }
        line();
        if (size == 0) {
          return End.WHOLE;
        }
      }
    }

    private boolean bytes(int count, int most) throws IOException {
      for (int i = 0; i < count; i++) {
        if (body.size() >= most) {
          return false;
        }
        body.write(next());
      }
      return true;
    }

    private int next() throws IOException {
      int next = in.read();
      if (next < 0) {
        throw new Closed();
      }
      return next;
    }

    String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = next(); c != '\n'; c = next()) {
        line.append((char) c);
      }
      return line.toString().strip();
    }
  }

  /** Goes away, with whatever is still to come. */
  public void leave() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    leave();
  }
}
