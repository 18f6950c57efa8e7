package dev.treadle.routing.learning;

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
 * The binary form of what was learned: a mark, a version, the content, and a SHA-256 of all before
 * it.
 *
 * <p>A count never makes more memory than the bytes that are left could fill, so that neither
 * damage nor malice costs more than the file's own size.
 */
public final class LearningFile {
  /** Rises when older programs could not read what is written. */
  static final int VERSION = 1;

  /** Bytes that a file may have. */
  public static final int LIMIT = 64 << 20;

  private static final int MARK = 0x54526c72;
  private static final int CHECKSUM = 32;

  private LearningFile() {}

  /** What is written, in the order of the calls. */
  public static final class Writer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    /** Begins a file. */
    public Writer() {
      integer(MARK);
      integer(VERSION);
    }

    public Writer integer(int value) {
      return write(() -> out.writeInt(value));
    }

    public Writer number(double value) {
      return write(() -> out.writeDouble(value));
    }

    /** A text of any length. */
    public Writer text(String value) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      return integer(utf8.length).write(() -> out.write(utf8));
    }

    /** An array with its length. */
    public Writer integers(int[] values) {
      ByteBuffer buffer = ByteBuffer.allocate(values.length * Integer.BYTES);
      buffer.asIntBuffer().put(values);
      return integer(values.length).write(() -> out.write(buffer.array()));
    }

    /** An array with its length. */
    public Writer floats(float[] values) {
      ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES);
      buffer.asFloatBuffer().put(values);
      return integer(values.length).write(() -> out.write(buffer.array()));
    }

    /** An array with its length. */
    public Writer numbers(double[] values) {
      ByteBuffer buffer = ByteBuffer.allocate(values.length * Double.BYTES);
      buffer.asDoubleBuffer().put(values);
      return integer(values.length).write(() -> out.write(buffer.array()));
    }

    /** The whole file. */
    public byte[] toBytes() {
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

  /**
   * Reads what a {@link Writer} wrote, in the same order. Everything that is wrong is an {@link
   * IllegalArgumentException} that says how.
   */
  public static final class Reader {
    private final ByteBuffer in;

    /** Looks at mark, version and checksum. */
    public Reader(byte[] file) {
      if (file.length < 2 * Integer.BYTES + CHECKSUM || file.length > LIMIT) {
        throw new IllegalArgumentException("it has " + file.length + " bytes");
      }
      int content = file.length - CHECKSUM;
      in = ByteBuffer.wrap(file, 0, content);
      check(in.getInt() == MARK, "it does not begin as one does");
      int version = in.getInt();
      check(version == VERSION, "it has version " + version + ", and " + VERSION + " is read");
      byte[] sum = Arrays.copyOfRange(file, content, file.length);
      check(
          MessageDigest.isEqual(sum, sha256(Arrays.copyOf(file, content))),
          "its checksum does not fit");
    }

    public int integer() {
      need(Integer.BYTES);
      return in.getInt();
    }

    public double number() {
      need(Double.BYTES);
      return in.getDouble();
    }

    public String text() {
      byte[] utf8 = new byte[count(1)];
      in.get(utf8);
      return new String(utf8, StandardCharsets.UTF_8);
    }

    /** An array with its length. */
    public int[] integers() {
      int[] values = new int[count(Integer.BYTES)];
      in.asIntBuffer().get(values);
      in.position(in.position() + values.length * Integer.BYTES);
      return values;
    }

    /** An array with its length. */
    public float[] floats() {
      float[] values = new float[count(Float.BYTES)];
      in.asFloatBuffer().get(values);
      in.position(in.position() + values.length * Float.BYTES);
      for (float it : values) {
        check(Float.isFinite(it), "a number in it is " + it);
      }
      return values;
    }

    /** An array with its length. */
    public double[] numbers() {
      double[] values = new double[count(Double.BYTES)];
      in.asDoubleBuffer().get(values);
      in.position(in.position() + values.length * Double.BYTES);
      for (double it : values) {
        check(Double.isFinite(it), "a number in it is " + it);
      }
      return values;
    }

    /** A count of things that take at least so many bytes each in what is left. */
    public int count(int bytesEach) {
      int count = integer();
      check(
          count >= 0 && (long) count * bytesEach <= in.remaining(),
          "it counts " + count + " where " + in.remaining() + " bytes are left");
      return count;
    }

    /** Ends the reading: nothing may be left. */
    public void end() {
      check(!in.hasRemaining(), in.remaining() + " bytes are too many");
    }

    /** Checks what must hold of what was read. */
    public void check(boolean holds, String what) {
      if (!holds) {
        throw new IllegalArgumentException(what);
      }
    }

    private void need(int bytes) {
      check(in.remaining() >= bytes, "it ends too early");
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
