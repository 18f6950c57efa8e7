package dev.treadle.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.impl.io.DefaultHttpRequestParser;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.junit.jupiter.api.Test;

class LineMemoryTest {
  private static final List<String> TARGETS =
      List.of(
          "/v1/chat/completions",
          "/v1/models?limit=2&after=%20x",
          "//v1/models",
          "/v1/a#b",
          "/%zz/ä",
          "http://h:8080/v1/models?x=1",
          "h:443",
          "*",
          "",
          "v1");

  private static final List<String> FIELDS =
      List.of(
          "Host: 127.0.0.1:8080",
          "host:h",
          "Content-Type: application/json",
          "content-length:  12 ",
          "content-length: 13",
          "X-Empty:",
          "X-Long: " + "x".repeat(600),
          "Authorization: Bearer abc",
          " folded",
          "\tfolded too",
          "X-Ä: é\u0085");

  private static final List<String> BROKEN =
      List.of("no colon", ": no name", "name : x", "na me: x", "x".repeat(17_000));

  private final Random random = new Random(10);

  /** Without memory, the library is the measure: the same message, or a refusal for both. */
  @Test
  void readsWhatTheLibraryReads() {
    Both<ClassicHttpRequest> requests = requests();
    Both<ClassicHttpResponse> responses = responses();
    List<String> lines = new ArrayList<>(List.of(""));
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      change(lines);
      lines.set(0, "POST " + drawn(TARGETS) + " HTTP/1." + random.nextInt(2));
      if (!requests.read(lines)) {
        requests = requests(); // Nothing more is read from that connection.
        refused++;
      }
      lines.set(0, "HTTP/1.1 " + (200 + random.nextInt(3)) + " " + drawn(List.of("OK", "", "No")));
      if (!responses.read(lines)) {
        responses = responses();
      }
    }
    assertThat(refused).isBetween(500, 2500);
  }

  private static Both<ClassicHttpRequest> requests() {
    return new Both<>(
        new DefaultHttpRequestParser(ClientConnection.CONFIG, new LineMemory(), new Targets()),
        new DefaultHttpRequestParser(ClientConnection.CONFIG));
  }

  private static Both<ClassicHttpResponse> responses() {
    return new Both<>(
        new DefaultHttpResponseParser(ClientConnection.CONFIG, new LineMemory(), null),
        new DefaultHttpResponseParser(ClientConnection.CONFIG));
  }

  /** Two parsers that read the same. */
  private record Both<M extends HttpMessage>(
      HttpMessageParser<M> ours, HttpMessageParser<M> theirs) {
    /** False where the message is refused. */
    boolean read(List<String> lines) {
      String text = LineMemoryTest.read(ours, lines);
      assertThat(text).isEqualTo(LineMemoryTest.read(theirs, lines));
      return !text.startsWith("refused");
    }
  }

  /** The lines of a connection's next message: nearly those of the one before. */
  private void change(List<String> lines) {
    lines.removeIf(it -> BROKEN.contains(it) && random.nextInt(3) > 0);
    for (int n = random.nextInt(3); n > 0; n--) {
      String line = drawn(random.nextInt(20) == 0 ? BROKEN : FIELDS);
      int at = 1 + random.nextInt(lines.size());
      if (at == lines.size()) {
        lines.add(line);
      } else if (lines.size() > 40) {
        lines.subList(at, lines.size()).clear();
      } else {
        lines.set(at, line);
      }
    }
  }

  private String drawn(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static <M extends HttpMessage> String read(
      HttpMessageParser<M> parser, List<String> lines) {
    byte[] head = (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    SessionInputBufferImpl buffer =
        new SessionInputBufferImpl(8192, ClientConnection.CONFIG.getMaxLineLength());
    M message;
    try {
      message = parser.parse(buffer, new ByteArrayInputStream(head));
    } catch (IOException | HttpException e) {
      return "refused: " + e;
    }
    StringBuilder text = new StringBuilder().append(message).append(' ');
    text.append(message.getVersion());
    if (message instanceof ClassicHttpRequest request) {
      text.append(request.getScheme()).append(request.getAuthority()).append(request.getPath());
    }
    for (Header header : message.getHeaders()) {
      text.append('\n').append(header.getName().toLowerCase(Locale.ROOT));
      text.append('=').append(header.getValue());
    }
    return text.toString();
  }
}
