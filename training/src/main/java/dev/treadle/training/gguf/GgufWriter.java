package dev.treadle.training.gguf;

import dev.treadle.training.DiskSpace;
import dev.treadle.training.TrainingError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A GGUF file that is being written: it is there whole or not at all. It is filled under another
 * name beside its place and renamed when it is done. Any number of threads may write.
 */
final class GgufWriter implements AutoCloseable {
  private static final String UNFINISHED = ".part";

  private final Path target;
  private final Path unfinished;
  private final FileChannel channel;
  private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
  private final long dataStart;
  private boolean isDone;

  private GgufWriter(
      Path target, Path unfinished, FileChannel channel, List<GgufTensor> tensors, long start) {
    this.target = target;
    this.unfinished = unfinished;
    this.channel = channel;
    this.dataStart = start;
    tensors.forEach(it -> this.tensors.put(it.name(), it));
  }

  /**
   * Begins a file.
   *
   * @param tensors that have their places
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#OUTPUT_EXISTS}, or {@link
   *     TrainingError#DISK_FULL} if it will not fit
   */
  static GgufWriter begin(Path file, Map<String, GgufValue> keys, List<GgufTensor> tensors) {
    Path target = file.toAbsolutePath().normalize();
    byte[] bytes = HeaderWriter.bytes(keys, tensors);
    GgufHeader header = new GgufHeader(keys, tensors, GgufHeader.USUAL_ALIGNMENT, bytes.length);
    requireAbsent(target);
    Path unfinished = target.resolveSibling("." + target.getFileName() + UNFINISHED);
    try {
      Files.createDirectories(unfinished.resolveSibling("."));
      DiskSpace.require(unfinished.resolveSibling("."), header.dataEnd(), "the file");
      FileChannel channel =
          FileChannel.open(unfinished, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      GgufWriter writer = new GgufWriter(target, unfinished, channel, tensors, header.dataStart());
      writer.write(ByteBuffer.wrap(bytes), 0);
      // Whoever wrote the first files of this kind fills up the last tensor's place, too.
      long end = GgufHeader.aligned(header.dataEnd(), header.alignment());
      writer.write(ByteBuffer.allocate(1), end - 1);
      return writer;
    } catch (FileAlreadyExistsException e) {
      throw TrainingError.OUTPUT_EXISTS.because(
          unfinished
              + " is there: another command is writing "
              + target
              + ", or one was stopped while it did; if so, delete it",
          e);
    } catch (IOException e) {
      throw TrainingError.writing(target, e);
    }
  }

  private static void requireAbsent(Path target) {
    if (Files.exists(target)) {
      throw TrainingError.OUTPUT_EXISTS.because(
          target + " is there already: name another file, or delete it first");
    }
  }

  /** Where it is until it is done. */
  Path unfinished() {
    return unfinished;
  }

  /** Writes bytes of a tensor that begin at {@code offset} in it. */
  void write(GgufTensor tensor, long offset, ByteBuffer bytes) {
    if (!tensor.equals(tensors.get(tensor.name()))
        || offset < 0
        || offset + bytes.remaining() > tensor.bytes()) {
      throw new IllegalArgumentException("outside of " + tensor);
    }
    write(bytes, dataStart + tensor.offset() + offset);
  }

  private void write(ByteBuffer bytes, long position) {
    try {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw TrainingError.writing(target, e);
    }
  }

  /** Returns when all is on the disk. */
  void force() {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw TrainingError.writing(target, e);
    }
  }

  /** Gives it its name. */
  void finish() {
    requireAbsent(target);
    try {
      channel.close();
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      isDone = true;
      try (FileChannel folder =
          FileChannel.open(target.resolveSibling("."), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (IOException e) {
      throw TrainingError.writing(target, e);
    }
  }

  @Override
  public void close() {
    try (channel) {
      if (!isDone) {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw TrainingError.writing(target, e);
    }
  }
}
