package dev.treadle.measure.text;

import dev.treadle.measure.MeasureError;
import dev.treadle.transcript.TreadleException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The binary form of this package's models: a mark, a version, a kind, the content, and a SHA-256
 * of all before it.
 *
 * <p>The checksum is looked at first, and a count never makes more memory than the bytes that are
 * left could fill, so that neither damage nor malice costs more than the file's own size.
 */
final class ModelFile {
  /** What a file holds. */
  enum Kind {
    CLASSIFIER(1),
    REGRESSOR(2),
    CLUSTERS(3);

    private final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  /** Rises when older programs could not read what is written. */
  static final int VERSION = 1;

  /** Bytes that a file may have. */
  static final int LIMIT = 256 << 20;

  private static final int MARK = 0x54526478;
  private static final int HEAD = 8;
  private static final int CHECKSUM = 32;

  private ModelFile() {}

  /** What is written into a file, in the order of the calls. */
  static final class Writer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    Writer(Kind kind) {
      integer(MARK);
      integer((VERSION << 8) | kind.number);
    }

    Writer integer(int value) {
      return write(() -> out.writeInt(value));
    }

    Writer number(double value) {
      return write(() -> out.writeDouble(value));
    }

    Writer text(String value) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      return integer(utf8.length).write(() -> out.write(utf8));
    }

    Writer integers(int[] values) {
      return integer(values.length)
          .write(
              () -> {
                for (int value : values) {
                  out.writeInt(value);
                }
              });
    }

    Writer floats(float[] values) {
      return integer(values.length)
          .write(
              () -> {
                for (float value : values) {
                  out.writeFloat(value);
                }
              });
    }

    Writer bytes(byte[] values) {
      return integer(values.length).write(() -> out.write(values));
    }

    byte[] toBytes() {
      write(() -> out.write(sha256(bytes.toByteArray())));
      return bytes.toByteArray();
    }

    private Writer write(Write write) {
      try {
        write.run();
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException("writing to memory does not fail", e);
      }
    }

    private interface Write {
      void run() throws IOException;
    }
  }

  /** Reads what a {@link Writer} wrote, in the same order. */
  static final class Reader {
    private final ByteBuffer in;

    /**
     * @throws TreadleException if the bytes are not such a file, of another version or kind, or not
     *     what was written
     */
    Reader(byte[] file, Kind kind) {
      if (file.length < HEAD + CHECKSUM || file.length > LIMIT) {
        throw damaged("it has " + file.length + " bytes");
      }
      int content = file.length - CHECKSUM;
      in = ByteBuffer.wrap(file, 0, content);
      if (in.getInt() != MARK) {
        throw damaged("it does not begin as one does");
      }
      int head = in.getInt();
      if (head >>> 8 != VERSION) {
        throw MeasureError.TEXT_MODEL_UNKNOWN.because(
            "the text model has version "
                + (head >>> 8)
                + ", and this program reads version "
                + VERSION
                + ": train it again");
      }
      byte[] sum = Arrays.copyOfRange(file, content, file.length);
      if (!MessageDigest.isEqual(sum, sha256(Arrays.copyOf(file, content)))) {
        throw damaged("its checksum does not fit");
      }
      if ((head & 0xFF) != kind.number) {
        throw MeasureError.TEXT_MODEL_UNKNOWN.because(
            "the text model is of kind " + (head & 0xFF) + ", not " + kind);
      }
    }

    int integer() {
      need(Integer.BYTES);
      return in.getInt();
    }

    double number() {
      need(Double.BYTES);
      return in.getDouble();
    }

    String text() {
      byte[] utf8 = bytes();
      return new String(utf8, StandardCharsets.UTF_8);
    }

    int[] integers() {
      int[] values = new int[count(Integer.BYTES)];
      in.asIntBuffer().get(values);
      in.position(in.position() + values.length * Integer.BYTES);
      return values;
    }

    float[] floats() {
      float[] values = new float[count(Float.BYTES)];
      in.asFloatBuffer().get(values);
      in.position(in.position() + values.length * Float.BYTES);
      return values;
    }

    byte[] bytes() {
      byte[] values = new byte[count(1)];
      in.get(values);
      return values;
    }

    /** A count of things that take at least so many bytes each in what is left. */
    int count(int bytesEach) {
      int count = integer();
      if (count < 0 || (long) count * bytesEach > in.remaining()) {
        throw damaged("it counts " + count + " where " + in.remaining() + " bytes are left");
      }
      return count;
    }

    /** Ends the reading: nothing may be left. */
    void end() {
      if (in.hasRemaining()) {
        throw damaged(in.remaining() + " bytes too many");
      }
    }

    /** Checks what must hold of what was read. */
    void check(boolean holds, String what) {
      if (!holds) {
        throw damaged(what);
      }
    }

    private void need(int bytes) {
      if (in.remaining() < bytes) {
        throw damaged("it ends too early");
      }
    }
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static TreadleException damaged(String how) {
    return MeasureError.TEXT_MODEL_DAMAGED.because(
        "the text model cannot be read (" + how + "): train it again or take an earlier one");
  }
}
