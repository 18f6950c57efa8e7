package dev.treadle.gateway.classify;

import dev.treadle.routing.TextLabels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The two messages of {@code docs/classifier.proto} in protobuf's wire format, in gRPC's frames: a
 * byte that says uncompressed, the length, the message.
 */
final class ClassifyMessages {
  private static final int TEXT = (1 << 3) | 2;
  private static final int CATEGORY = (1 << 3) | 2;
  private static final int CONFIDENCE = (2 << 3) | 5;
  private static final int FRAME_HEAD = 5;

  private ClassifyMessages() {}

  /** A request, framed. */
  static byte[] request(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream message = new ByteArrayOutputStream(utf8.length + 8);
    message.write(TEXT);
    int length = utf8.length;
    while (length >= 0x80) {
      message.write((length & 0x7f) | 0x80);
      length >>>= 7;
    }
    message.write(length);
    message.writeBytes(utf8);
    return ByteBuffer.allocate(FRAME_HEAD + message.size())
        .put((byte) 0)
        .putInt(message.size())
        .put(message.toByteArray())
        .array();
  }

  /** Reads a framed reply. */
  static TextLabels.Label reply(byte[] framed) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(framed);
    try {
      boolean isCompressed = in.get() != 0;
      int length = in.getInt();
      if (isCompressed || length != in.remaining()) {
        throw new IOException("the classifier's reply is compressed or not whole");
      }
      return message(in.order(ByteOrder.LITTLE_ENDIAN));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("the classifier's reply is no such message", e);
    }
  }

  private static TextLabels.Label message(ByteBuffer in) throws IOException {
    String category = "";
    float confidence = 0; // Protobuf leaves out what is zero.
    while (in.hasRemaining()) {
      int tag = (int) varint(in);
      switch (tag) {
        case CATEGORY -> category = text(in);
        case CONFIDENCE -> confidence = in.getFloat();
        default -> skip(in, tag & 7);
      }
    }
    return Labels.of(category, confidence);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than ten bytes");
  }

  private static String text(ByteBuffer in) {
    byte[] utf8 = new byte[length(in)];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static int length(ByteBuffer in) {
    long length = varint(in);
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("a part of " + length + " bytes");
    }
    return (int) length;
  }

  private static void skip(ByteBuffer in, int type) {
    int bytes =
        switch (type) {
          case 0 -> {
            long _ = varint(in);
            yield 0;
          }
          case 1 -> 8;
          case 2 -> length(in);
          case 5 -> 4;
          default -> throw new IllegalArgumentException("a field of type " + type);
        };
    in.position(in.position() + bytes);
  }
}
