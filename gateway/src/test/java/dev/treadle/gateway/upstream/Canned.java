package dev.treadle.gateway.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of raw answers: on each connection a test's script says what is read and written. */
final class Canned implements AutoCloseable {
  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  final List<String> requests = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Script script;

  /** What happens on one connection, which is closed afterwards. */
  interface Script {
    void play(int number, Exchange exchange) throws IOException;
  }

  /** One connection. */
  record Exchange(Canned server, Socket socket) {
    /** Reads a whole request; false at the end of them. */
    boolean hear() throws IOException {
      InputStream in = socket.getInputStream();
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          return false;
        }
        head.write(next);
      }
      String text = head.toString(StandardCharsets.ISO_8859_1);
      int length = 0;
      for (String field : text.split("\r\n", -1)) {
        if (field.startsWith("content-length: ")) {
          length = Integer.parseInt(field.substring(16));
        }
      }
      server.requests.add(text + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
      return true;
    }

    /** Does it again and again until the other side closes. */
    void whileOpen(Runnable again) throws IOException {
      socket.setSoTimeout(20);
      while (true) {
        try {
          if (socket.getInputStream().read() < 0) {
            return;
          }
        } catch (SocketTimeoutException e) {
          again.run();
        }
      }
    }

    void say(String text) throws IOException {
      say(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void say(byte[] bytes) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    }
  }

  Canned(Script script) throws IOException {
    this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
  }

  Canned(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  /** Answers every request with the same bytes. */
  static Canned always(String answer) throws IOException {
    return new Canned(
        (_, it) -> {
          while (it.hear()) {
            it.say(answer);
          }
        });
  }

  URI url(String scheme) {
    return URI.create(scheme + "://localhost:" + listener.getLocalPort());
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        int number = connections.getAndIncrement();
        Thread.ofVirtual().start(() -> play(number, socket));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void play(int number, Socket socket) {
    try (socket) {
      script.play(number, new Exchange(this, socket));
    } catch (IOException e) {
      // The other side left; what it made of it is what the test looks at.
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
