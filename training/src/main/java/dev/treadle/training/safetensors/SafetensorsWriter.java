package dev.treadle.training.safetensors;

import dev.treadle.training.TrainingError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A safetensors file that is being written: what it will hold is known before, the tensors' bytes
 * come piece by piece in any order, from any number of threads. It has its whole length from the
 * beginning, with zeros where nothing was written yet.
 */
public final class SafetensorsWriter implements AutoCloseable {
  /** Blocks of a file that begin and end at multiples of this are written fastest. */
  public static final int UNIT = DirectFile.UNIT;

  private final Path file;
  private final FileChannel channel;
  private final Optional<DirectFile> direct;
  private final long dataStart;
  private final Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();

  private SafetensorsWriter(
      Path file,
      FileChannel channel,
      Optional<DirectFile> direct,
      long dataStart,
      List<SafetensorsHeader.Entry> entries) {
    this.file = file;
    this.channel = channel;
    this.direct = direct;
    this.dataStart = dataStart;
    entries.forEach(it -> this.entries.put(it.tensor().name(), it));
  }

  /** Begins a file with the places of {@code tensors}, which this chooses. */
  public static SafetensorsWriter create(
      Path file, List<TensorShape> tensors, Map<String, String> metadata) {
    return open(file, ShardPlan.placed(tensors), metadata, Long.BYTES);
  }

  /**
   * Begins a file.
   *
   * @param unit what the place of the first tensor is a multiple of
   */
  static SafetensorsWriter open(
      Path file, List<SafetensorsHeader.Entry> entries, Map<String, String> metadata, int unit) {
    byte[] header = SafetensorsHeader.write(entries, metadata, unit);
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      SafetensorsWriter writer =
          new SafetensorsWriter(file, channel, DirectFile.toWrite(file), header.length, entries);
      writer.write(ByteBuffer.wrap(header), 0);
      writer.lengthen();
      return writer;
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }

  /** Gives the file its length, so that it can be read while it is filled. */
  private void lengthen() {
    long end = entries.values().stream().mapToLong(SafetensorsHeader.Entry::end).max().orElse(0);
    if (end > 0) {
      write(ByteBuffer.allocate(1), dataStart + end - 1);
    }
  }

  public Path file() {
    return file;
  }

  /** Memory from which bytes are written fastest. */
  public static ByteBuffer room(int bytes) {
    return DirectFile.room(bytes);
  }

  /** Writes bytes of a tensor that begin at {@code offset} in it. */
  public void write(String tensor, long offset, ByteBuffer bytes) {
    SafetensorsHeader.Entry entry = entry(tensor, offset, bytes.remaining());
    write(bytes, dataStart + entry.begin() + offset);
  }

  private SafetensorsHeader.Entry entry(String tensor, long offset, long bytes) {
    SafetensorsHeader.Entry entry = entries.get(tensor);
    if (entry == null || offset < 0 || offset + bytes > entry.tensor().bytes()) {
      throw new IllegalArgumentException("outside of " + tensor);
    }
    return entry;
  }

  private void write(ByteBuffer bytes, long position) {
    try {
      if (direct.isPresent() && DirectFile.suits(position, bytes)) {
        direct.get().write(position, bytes);
        return;
      }
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }

  /** Returns when all is on the disk. */
  public void force() {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }

  @Override
  public void close() {
    try (channel) {
      if (direct.isPresent()) {
        direct.get().close();
      }
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }
}
