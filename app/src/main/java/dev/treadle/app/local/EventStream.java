package dev.treadle.app.local;

import dev.treadle.transcript.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/** The events of a streamed answer: each is sent when it is there. */
final class EventStream {
  private static final byte[] BEGIN = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;

  EventStream(OutputStream out) {
    this.out = out;
  }

  /**
   * Sends one.
   *
   * @throws UncheckedIOException if the client cannot be written to
   */
  void send(ObjectNode data) {
    try {
      out.write(BEGIN);
      out.write(Json.write(data));
      out.write(END);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void done() throws IOException {
    out.write(DONE);
    out.flush();
  }
}
