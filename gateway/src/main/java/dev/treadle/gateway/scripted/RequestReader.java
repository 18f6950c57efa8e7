package dev.treadle.gateway.scripted;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads requests of HTTP/1.1, strictly and within limits. */
final class RequestReader {
  private static final int LINE = 16 << 10;
  private static final int HEADERS = 200;
  private static final int BODY = 64 << 20;
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final InputStream in;
  private final OutputStream out;

  RequestReader(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /**
   * The next request; nothing if the client has closed the connection between two.
   *
   * @throws BadRequest if it is not HTTP/1.1 as the standard has it
   */
  Optional<Received> next() throws IOException, BadRequest {
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    String[] words = ((char) first + line()).split(" ", -1);
    if (words.length != 3 || words[0].isEmpty() || !words[1].startsWith("/")) {
      throw new BadRequest("", "not a request line of HTTP: " + String.join(" ", words));
    }
    if (!words[2].equals("HTTP/1.1")) {
      throw new BadRequest(505, "", "only HTTP/1.1 is spoken here: " + words[2]);
    }
    Map<String, String> headers = headers();
    if (!headers.containsKey("host")) {
      throw new BadRequest("", "the host header is missing");
    }
    if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
      out.write(CONTINUE);
      out.flush();
    }
    return Optional.of(new Received(words[0], words[1], headers, body(headers)));
  }

  private Map<String, String> headers() throws IOException, BadRequest {
    Map<String, String> headers = new LinkedHashMap<>();
    for (int count = 0; count <= HEADERS; count++) {
      String line = line();
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon < 1 || line.charAt(colon - 1) <= ' ' || line.charAt(0) <= ' ') {
        throw new BadRequest("", "not a header of HTTP: " + line);
      }
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + ", " + b);
    }
    throw new BadRequest(431, "", "more than " + HEADERS + " headers");
  }

  private byte[] body(Map<String, String> headers) throws IOException, BadRequest {
    String coding = headers.getOrDefault("transfer-encoding", "");
    String length = headers.getOrDefault("content-length", "");
    if (!coding.isEmpty() && !length.isEmpty()) {
      throw new BadRequest("", "both content-length and transfer-encoding");
    }
    if (coding.equalsIgnoreCase("chunked")) {
      return chunks();
    }
    if (!coding.isEmpty()) {
      throw new BadRequest(501, "", "unknown transfer-encoding: " + coding);
    }
    return length.isEmpty() ? new byte[0] : exactly(size(length, 10));
  }

  private byte[] chunks() throws IOException, BadRequest {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = size(line().split(";", 2)[0].strip(), 16);
      if (size == 0) {
        headers();
        return body.toByteArray();
      }
      if (body.size() + size > BODY) {
        throw new BadRequest(413, "", "a body of more than " + BODY + " bytes");
      }
      body.writeBytes(exactly(size));
      if (!line().isEmpty()) {
        throw new BadRequest("", "a chunk is longer than it says");
      }
    }
  }

  private byte[] exactly(int size) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("the client closed the connection inside a request");
    }
    return bytes;
  }

  private static int size(String digits, int radix) throws BadRequest {
    try {
      int size = Integer.parseUnsignedInt(digits, radix);
      if (size >= 0 && size <= BODY && !digits.startsWith("+")) {
        return size;
      }
    } catch (NumberFormatException e) {
      throw new BadRequest("", "not a length: " + digits);
    }
    throw new BadRequest(413, "", "a body of more than " + BODY + " bytes");
  }

  /** A line without its CRLF. */
  private String line() throws IOException, BadRequest {
    ByteArrayOutputStream line = new ByteArrayOutputStream(80);
    while (line.size() <= LINE) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the client closed the connection inside a request");
      }
      if (next == '\r') {
        if (in.read() != '\n') {
          throw new BadRequest("", "a line ends in CR alone");
        }
        return line.toString(StandardCharsets.ISO_8859_1);
      }
      if (next == '\n') {
        throw new BadRequest("", "a line ends in LF alone");
      }
      line.write(next);
    }
    throw new BadRequest(431, "", "a line of more than " + LINE + " bytes");
  }
}
