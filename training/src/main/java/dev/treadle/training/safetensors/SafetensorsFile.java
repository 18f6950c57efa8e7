package dev.treadle.training.safetensors;

import dev.treadle.training.TrainingError;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * An open safetensors file. Its tensors are mapped without copying, or read piece by piece. Any
 * number of threads may read.
 */
public final class SafetensorsFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final SafetensorsHeader header;

  /** Opened when it is first asked for, if it can be. */
  private @Nullable DirectFile direct;

  private boolean isDirectKnown;

  private SafetensorsFile(Path file, FileChannel channel, SafetensorsHeader header) {
    this.file = file;
    this.channel = channel;
    this.header = header;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws dev.treadle.transcript.TreadleException if it cannot be read or is not what it should
   *     be
   */
  public static SafetensorsFile open(Path file) {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
    try {
      return new SafetensorsFile(file, channel, header(file, channel));
    } catch (IOException e) {
      throw TrainingError.reading(file, closing(channel, e));
    } catch (RuntimeException e) {
      throw closing(channel, e);
    }
  }

  private static SafetensorsHeader header(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    if (size < 8) {
      throw TrainingError.SHARD_DAMAGED.because(
          file + " is no safetensors file: it has " + size + " bytes");
    }
    readFully(channel, length, 0);
    long bytes = length.getLong(0);
    if (bytes < 0 || bytes > SafetensorsHeader.MAX_BYTES) {
      throw TrainingError.SHARD_DAMAGED.because(
          file
              + " is no safetensors file: its header would have "
              + Long.toUnsignedString(bytes)
              + " bytes, over "
              + SafetensorsHeader.MAX_BYTES);
    }
    if (bytes > size - 8) {
      throw TrainingError.SHARD_DAMAGED.because(
          file
              + " is truncated or no safetensors file: its header should have "
              + bytes
              + " bytes, and "
              + (size - 8)
              + " are there; fetch it again");
    }
    ByteBuffer json = ByteBuffer.allocate((int) bytes);
    readFully(channel, json, 8);
    return SafetensorsHeader.parse(json.array(), size - 8 - bytes, file.toString());
  }

  private static <E extends Exception> E closing(FileChannel channel, E cause) {
    try {
      channel.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }

  public Path file() {
    return file;
  }

  public SafetensorsHeader header() {
    return header;
  }

  /**
   * A tensor's bytes as they lie in the file, without copying. They need not be aligned. The file
   * must not be cut short while they are used.
   *
   * @param arena how long they may be used
   */
  public MemorySegment map(SafetensorsHeader.Entry entry, Arena arena) {
    if (entry.tensor().bytes() == 0) {
      return MemorySegment.NULL;
    }
    try {
      if (channel.size() < header.dataStart() + entry.end()) {
        throw new EOFException("it became shorter while it was read");
      }
      return channel.map(
          FileChannel.MapMode.READ_ONLY,
          header.dataStart() + entry.begin(),
          entry.tensor().bytes(),
          arena);
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
  }

  /** Fills {@code target} with the bytes of the tensor that begin at {@code offset}. */
  public void read(SafetensorsHeader.Entry entry, long offset, ByteBuffer target) {
    if (offset < 0 || offset + target.remaining() > entry.tensor().bytes()) {
      throw new IllegalArgumentException("outside of " + entry.tensor());
    }
    try {
      readFully(channel, target, header.dataStart() + entry.begin() + offset);
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
  }

  /**
   * A tensor's bytes, which are not needed a second time: past the page cache where that is
   * possible.
   *
   * @param room of {@link #room}; what it held is overwritten
   * @return {@code bytes} bytes from {@code offset} on, somewhere in {@code room}
   */
  public ByteBuffer readOnce(
      SafetensorsHeader.Entry entry, long offset, int bytes, ByteBuffer room) {
    if (offset < 0 || offset + bytes > entry.tensor().bytes()) {
      throw new IllegalArgumentException("outside of " + entry.tensor());
    }
    long position = header.dataStart() + entry.begin() + offset;
    try {
      DirectFile past = direct();
      if (past != null) {
        return past.read(position, bytes, room).order(ByteOrder.LITTLE_ENDIAN);
      }
      readFully(channel, room.clear().limit(bytes), position);
      return room.slice(0, bytes).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
  }

  /** Memory for {@link #readOnce} of so many bytes. */
  public static ByteBuffer room(int bytes) {
    return DirectFile.room(bytes);
  }

  private synchronized @Nullable DirectFile direct() throws IOException {
    if (!isDirectKnown) {
      direct = DirectFile.toRead(file, channel).orElse(null);
      isDirectKnown = true;
    }
    return direct;
  }

  private static void readFully(FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int read = channel.read(target, at);
      if (read < 0) {
        throw new EOFException("it became shorter while it was read");
      }
      at += read;
    }
  }

  @Override
  public synchronized void close() {
    try (channel) {
      if (direct != null) {
        direct.close();
      }
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
  }
}
