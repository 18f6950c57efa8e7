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

/**
 * A safetensors file that is being written: what it will hold is known before, the tensors' bytes
 * come piece by piece in any order, from any number of threads. It has its whole length from the
 * beginning, with zeros where nothing was written yet.
 */
public final class SafetensorsWriter implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();

  private SafetensorsWriter(
      Path file, FileChannel channel, long dataStart, List<SafetensorsHeader.Entry> entries) {
    this.file = file;
    this.channel = channel;
    this.dataStart = dataStart;
    entries.forEach(it -> this.entries.put(it.tensor().name(), it));
  }

  /** Begins a file with the places of {@code tensors}, which this chooses. */
  public static SafetensorsWriter create(
      Path file, List<TensorShape> tensors, Map<String, String> metadata) {
    return open(file, ShardPlan.placed(tensors), metadata);
  }

  static SafetensorsWriter open(
      Path file, List<SafetensorsHeader.Entry> entries, Map<String, String> metadata) {
    byte[] header = SafetensorsHeader.write(entries, metadata);
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      SafetensorsWriter writer = new SafetensorsWriter(file, channel, header.length, entries);
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

  /** Writes bytes of a tensor that begin at {@code offset} in it. */
  public void write(String tensor, long offset, ByteBuffer bytes) {
    SafetensorsHeader.Entry entry = entry(tensor, offset, bytes.remaining());
    write(bytes, dataStart + entry.begin() + offset);
  }

  /** Copies bytes of a tensor of the same form from another file. */
  public void transfer(Weights.Tensor from, long offset, long bytes) {
    SafetensorsHeader.Entry entry = entry(from.name(), offset, bytes);
    // A channel has one position: each transfer needs its own.
    try (FileChannel target = FileChannel.open(file, StandardOpenOption.WRITE)) {
      from.shard()
          .transfer(from.entry(), offset, bytes, target, dataStart + entry.begin() + offset);
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
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
    try {
      channel.close();
    } catch (IOException e) {
      throw TrainingError.writing(file, e);
    }
  }
}
