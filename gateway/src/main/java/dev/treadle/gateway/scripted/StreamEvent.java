package dev.treadle.gateway.scripted;

import dev.treadle.transcript.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event of a stream.
 *
 * @param name empty: the protocol names none
 * @param data one line of UTF-8
 * @param isContent a user could see something of it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, never handed out.
record StreamEvent(String name, byte[] data, boolean isContent) {

  static StreamEvent content(String name, ObjectNode data) {
    return new StreamEvent(name, Json.write(data), true);
  }

  static StreamEvent frame(String name, ObjectNode data) {
    return new StreamEvent(name, Json.write(data), false);
  }

  /** As it stands on the wire. */
  byte[] bytes() {
    return bytes(data.length);
  }

  /** The same with only the first bytes of its data, framed as if they were all. */
  byte[] bytes(int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + name.length() + 18);
    if (!name.isEmpty()) {
      out.writeBytes(("event: " + name + "\n").getBytes(StandardCharsets.UTF_8));
    }
    out.writeBytes(DATA);
    out.write(data, 0, length);
    out.writeBytes(END);
    return out.toByteArray();
  }

  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
}
