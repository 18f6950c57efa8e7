package dev.treadle.gateway.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A model API that costs next to nothing: every answer is there before it is asked for. A stream is
 * a chunk with the role, the tokens, each written to the socket by itself as servers do, the reason
 * of the end, the usage and {@code [DONE]}.
 *
 * <p>Arguments: how many tokens a stream has, and milliseconds between them. With 0 tokens a stream
 * goes on until somebody asks for {@code /release}. It prints its address.
 */
public final class StreamUpstream implements AutoCloseable {
  private static final byte[] HEAD =
      ascii(
          """
          HTTP/1.1 200 OK\r
          content-type: text/event-stream; charset=utf-8\r
          cache-control: no-cache\r
          transfer-encoding: chunked\r
          \r
          """);
  private static final byte[] ROLE =
      chunk(choice("{\"role\":\"assistant\",\"content\":\"\"}", "null"), ",\"usage\":null");
  private static final byte[] TOKEN =
      chunk(choice("{\"content\":\" token\"}", "null"), ",\"usage\":null");
  private static final byte[] FINISH = chunk(choice("{}", "\"stop\""), ",\"usage\":null");
  private static final byte[] DONE = framed("data: [DONE]\n\n");
  private static final byte[] LAST = ascii("0\r\n\r\n");

  private final ServerSocket server;
  private final int tokens;
  private final Duration pause;
  private final CountDownLatch released = new CountDownLatch(1);

  private StreamUpstream(ServerSocket server, int tokens, Duration pause) {
    this.server = server;
    this.tokens = tokens;
    this.pause = pause;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int tokens = Integer.parseInt(arguments[0]);
    Duration pause = Duration.ofMillis(Long.parseLong(arguments[1]));
    try (StreamUpstream upstream = start(tokens, pause)) {
      System.out.println(upstream.url());
      new CountDownLatch(1).await(); // Until it is killed.
    }
  }

  static StreamUpstream start(int tokens, Duration pause) throws IOException {
    ServerSocket server = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
    StreamUpstream upstream = new StreamUpstream(server, tokens, pause);
    Thread.ofPlatform().daemon().start(upstream::accept);
    return upstream;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket connection) {
    try (Socket socket = connection) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      while (answer(in, out)) {}
    } catch (IOException e) {
      // Whoever asked went away, as clients of a benchmark do when its time is over.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean answer(InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    String request = line(in);
    if (request.isEmpty()) {
      return false;
    }
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).strip());
      } else if (lower.startsWith("transfer-encoding:")) {
        throw new IOException("this upstream reads bodies of a stated length only");
      }
    }
    byte[] body = in.readNBytes(length);
    if (request.startsWith("GET /release ")) {
      released.countDown();
      out.write(ascii("HTTP/1.1 204 No Content\r\n\r\n"));
    } else if (new String(body, StandardCharsets.ISO_8859_1).contains("\"stream\":true")) {
      stream(out);
    } else {
      out.write(WholeAnswer.BYTES);
    }
    return true;
  }

  private void stream(OutputStream out) throws IOException, InterruptedException {
    out.write(HEAD);
    out.write(ROLE);
    int sent = 0;
    boolean isOver = false;
    while (!isOver) {
      out.write(TOKEN);
      sent++;
      isOver = tokens > 0 ? sent == tokens : isReleased();
      if (!isOver && tokens > 0 && !pause.isZero()) {
        Thread.sleep(pause);
      }
    }
    out.write(FINISH);
    out.write(usage(sent));
    out.write(DONE);
    out.write(LAST);
  }

  private boolean isReleased() throws InterruptedException {
    return released.await(pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static byte[] usage(int tokens) {
    String usage =
        ",\"usage\":{\"prompt_tokens\":92,\"completion_tokens\":%d,\"total_tokens\":%d}"
            .formatted(tokens, 92 + tokens);
    return chunk("", usage);
  }

  private static String choice(String delta, String finish) {
    return "{\"index\":0,\"delta\":"
        + delta
        + ",\"logprobs\":null,\"finish_reason\":"
        + finish
        + "}";
  }

  private static byte[] chunk(String choices, String rest) {
    return framed(
        """
        data: {"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion.chunk",\
        "created":1764576000,"model":"bench-1","system_fingerprint":"fp_44709d6fcb",\
        "choices":[%s]%s}

        """
            .formatted(choices, rest));
  }

  /** As a chunk of HTTP. */
  private static byte[] framed(String event) {
    return ascii(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
