package dev.treadle.store;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Java's streams over the files of a {@link Disk}. */
final class DiskStreams {
  private static final int BUFFER = 1 << 18;

  /** Sealing runs beside a gateway on few cores: level 3 costs 1.6 times as much for 14 % less. */
  private static final int LEVEL = 1;

  /** What is handed to the compression at once, in bytes. */
  private static final int PIECE = 128 << 10;

  private DiskStreams() {}

  static void appendFully(Disk.Output output, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (output.append(bytes) <= 0) {
        throw new IOException("the disk accepted no byte");
      }
    }
  }

  static byte[] readFully(Disk disk, Path file, int limit) throws IOException {
    try (InputStream in = plain(disk.open(file))) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new IOException(file + " is longer than the limit of " + limit + " bytes");
      }
      return bytes;
    }
  }

  static long size(Disk disk, Path file) throws IOException {
    try (Disk.Input input = disk.open(file)) {
      return input.size();
    }
  }

  /** The file's bytes as they are. */
  static InputStream plain(Disk.Input input) {
    return plain(input, 0);
  }

  static InputStream plain(Disk.Input input, long from) {
    return new InputStream() {
      private long position = from;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
          return 0;
        }
        int read = input.read(ByteBuffer.wrap(into, from, Math.min(length, BUFFER)), position);
        position += Math.max(read, 0);
        return read;
      }

      @Override
      public void close() throws IOException {
        input.close();
      }
    };
  }

  /** What a compressed file holds; its checksum is checked at the end of each frame. */
  static InputStream unsealed(Disk.Input input) throws IOException {
    InputStream plain = plain(input);
    try {
      return new ZstdInputStream(plain);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  static OutputStream to(Disk.Output output) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        appendFully(output, ByteBuffer.wrap(bytes, from, length));
      }
    };
  }

  /** Compresses into {@code output}, with checksum. Closing ends the frame, not the file. */
  static OutputStream sealing(Disk.Output output) throws IOException {
    OutputStream compressed = new ZstdOutputStream(to(output), LEVEL).setChecksum(true);
    return new BufferedOutputStream(compressed, PIECE); // A line at a time is a native call each.
  }
}
