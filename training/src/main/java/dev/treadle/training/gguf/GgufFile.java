package dev.treadle.training.gguf;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A GGUF file that was read strictly: its keys, and its tensors' places, none of which overlap or
 * lie outside. Numbers are read on demand.
 */
public final class GgufFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final GgufHeader header;
  private final long bytes;
  private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();

  private GgufFile(Path file, FileChannel channel, GgufHeader header, long bytes) {
    this.file = file;
    this.channel = channel;
    this.header = header;
    this.bytes = bytes;
    header.tensors().forEach(it -> tensors.put(it.name(), it));
  }

  /**
   * Reads the header of a file.
   *
   * @throws TreadleException {@link TrainingError#GGUF_INVALID} saying what is wrong with it
   */
  public static GgufFile open(Path file) {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
    try {
      GgufHeader header = HeaderReader.read(file, channel);
      long bytes = channel.size();
      if (bytes < header.dataEnd() || bytes >= header.dataEnd() + header.alignment()) {
        throw TrainingError.GGUF_INVALID.because(
            file + " has " + bytes + " bytes; its tensors end at " + header.dataEnd());
      }
      return new GgufFile(file, channel, header, bytes);
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw TrainingError.reading(file, e);
    } catch (RuntimeException e) {
      closeQuietly(channel, e);
      throw e;
    }
  }

  private static void closeQuietly(FileChannel channel, Exception because) {
    try {
      channel.close();
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  public Path file() {
    return file;
  }

  /** The file's length. */
  public long bytes() {
    return bytes;
  }

  /** All keys, in their order. */
  public Map<String, GgufValue> keys() {
    return header.keys();
  }

  /** All tensors by name, in their order. */
  public Map<String, GgufTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /** What the model is built like, as llama.cpp calls it: {@code llama}, {@code qwen3}. */
  public String architecture() {
    return text("general.architecture").orElse("");
  }

  /** How many positions the model was made for. */
  public OptionalLong contextLength() {
    return ofArchitecture("context_length");
  }

  /** A whole number whose key begins with the architecture's name. */
  public OptionalLong ofArchitecture(String key) {
    return header.keys().get(architecture() + "." + key) instanceof GgufValue.Whole it
        ? OptionalLong.of(it.value())
        : OptionalLong.empty();
  }

  public Optional<String> text(String key) {
    return header.keys().get(key) instanceof GgufValue.Text it
        ? Optional.of(it.value())
        : Optional.empty();
  }

  /** Whether the file holds a chat template. */
  public Optional<String> chatTemplate() {
    return text("tokenizer.chat_template");
  }

  /** Fills the rest of {@code to} with a tensor's bytes from {@code offset} on. */
  public void read(GgufTensor tensor, long offset, ByteBuffer to) {
    if (offset < 0 || offset + to.remaining() > tensor.bytes()) {
      throw new IllegalArgumentException("outside of " + tensor.name());
    }
    long at = header.dataStart() + tensor.offset() + offset;
    try {
      while (to.hasRemaining()) {
        int some = channel.read(to, at);
        if (some < 0) {
          throw TrainingError.GGUF_INVALID.because(file + " became shorter while it was read");
        }
        at += some;
      }
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
  }

  /** The numbers of a row, in the forms that are written here. */
  float[] row(GgufTensor tensor, long row) {
    int count = (int) tensor.columns();
    int bytes = count / tensor.type().blockNumbers() * tensor.type().blockBytes();
    ByteBuffer room = ByteBuffer.allocate(bytes);
    read(tensor, row * bytes, room);
    return Quantization.decode(GgufForm.of(tensor.type()), room.flip(), count);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
  }
}
