package dev.treadle.training.gguf;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a GGUF file's header. It trusts nothing: every count is held against what is left of the
 * file before room is made for it.
 */
final class HeaderReader {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAX_TEXT_BYTES = 16 << 20;
  private static final int MAX_KEY_BYTES = 1 << 16;
  private static final int MAX_KEYS = 1 << 16;
  private static final int MAX_TENSORS = 1 << 17;
  private static final int MAX_ITEMS = 1 << 24;
  private static final int MAX_HEADER_BYTES = 1 << 29;

  private final Path file;
  private final FileChannel channel;
  private final long end;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  /** Where the buffer's bytes end in the file. */
  private long position;

  private HeaderReader(Path file, FileChannel channel, long length) {
    this.file = file;
    this.channel = channel;
    this.end = Math.min(length, MAX_HEADER_BYTES);
  }

  static GgufHeader read(Path file, FileChannel channel) throws IOException {
    HeaderReader reader = new HeaderReader(file, channel, channel.size());
    try {
      return reader.header();
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw reader.invalid(String.valueOf(e.getMessage()), e);
    }
  }

  private GgufHeader header() throws IOException {
    if (end < GgufHeader.MAGIC_BYTES.length || u32() != GgufHeader.MAGIC) {
      throw invalid("it does not begin with GGUF");
    }
    long version = u32();
    if (version != GgufHeader.VERSION && version != GgufHeader.VERSION - 1) {
      throw invalid("its version is " + version + "; 2 and 3 are read, of little-endian machines");
    }
    long tensorCount = count(MAX_TENSORS, "tensors");
    long keyCount = count(MAX_KEYS, "keys");
    Map<String, GgufValue> keys = new LinkedHashMap<>();
    for (long i = 0; i < keyCount; i++) {
      String key = text(MAX_KEY_BYTES);
      if (key.isEmpty() || keys.put(key, value(kind())) != null) {
        throw invalid("the key '" + key + "' is empty or stands there twice");
      }
    }
    int alignment = GgufHeader.alignment(keys);
    List<GgufTensor> tensors = new ArrayList<>();
    for (long i = 0; i < tensorCount; i++) {
      tensors.add(tensor());
    }
    return new GgufHeader(keys, tensors, alignment, at());
  }

  private GgufTensor tensor() throws IOException {
    String name = text(GgufTensor.MAX_NAME_BYTES);
    long dimensions = u32();
    if (dimensions < 1 || dimensions > GgufTensor.MAX_DIMENSIONS) {
      throw invalid("'" + name + "' has " + dimensions + " dimensions");
    }
    List<Long> shape = new ArrayList<>();
    for (long i = 0; i < dimensions; i++) {
      shape.addFirst(u64());
    }
    long code = u32();
    GgmlType type =
        GgmlType.of(code).orElseThrow(() -> invalid("'" + name + "' has the unknown form " + code));
    return new GgufTensor(name, type, shape, u64());
  }

  private GgufValue value(GgufValue.Kind kind) throws IOException {
    return switch (kind) {
      case U8 -> new GgufValue.Whole(kind, take(1).get() & 0xff);
      case I8 -> new GgufValue.Whole(kind, take(1).get());
      case U16 -> new GgufValue.Whole(kind, take(2).getShort() & 0xffff);
      case I16 -> new GgufValue.Whole(kind, take(2).getShort());
      case U32 -> new GgufValue.Whole(kind, u32());
      case I32 -> new GgufValue.Whole(kind, take(4).getInt());
      case U64, I64 -> new GgufValue.Whole(kind, u64());
      case F32 -> new GgufValue.Real(kind, take(4).getFloat());
      case F64 -> new GgufValue.Real(kind, take(8).getDouble());
      case BOOL -> truth();
      case TEXT -> new GgufValue.Text(text(MAX_TEXT_BYTES));
      case LIST -> items();
    };
  }

  private GgufValue truth() throws IOException {
    byte it = take(1).get();
    if (it != 0 && it != 1) {
      throw invalid("neither true nor false: " + it);
    }
    return new GgufValue.Truth(it == 1);
  }

  private GgufValue items() throws IOException {
    GgufValue.Kind of = kind();
    if (of == GgufValue.Kind.LIST) {
      throw invalid("a list holds lists, which no key that is known does");
    }
    long count = count(Math.min(MAX_ITEMS, left() / of.leastBytes()), "values of a list");
    List<GgufValue> values = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      values.add(value(of));
    }
    return new GgufValue.Items(of, values);
  }

  private GgufValue.Kind kind() throws IOException {
    long code = u32();
    return GgufValue.Kind.of(code).orElseThrow(() -> invalid("there is no kind of values " + code));
  }

  private long count(long most, String what) throws IOException {
    long count = u64();
    if (count < 0 || count > most) {
      throw invalid(Long.toUnsignedString(count) + " " + what + ", over " + most);
    }
    return count;
  }

  private String text(int most) throws IOException {
    long length = u64();
    if (length < 0 || length > most || length > left()) {
      throw invalid("a text of " + Long.toUnsignedString(length) + " bytes");
    }
    byte[] bytes = new byte[(int) length];
    for (int at = 0; at < bytes.length; ) {
      int some = Math.min(bytes.length - at, BUFFER_BYTES);
      take(some).get(bytes, at, some);
      at += some;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw invalid("a text that is not UTF-8", e);
    }
  }

  private long u32() throws IOException {
    return take(4).getInt() & 0xffff_ffffL;
  }

  private long u64() throws IOException {
    return take(8).getLong();
  }

  private long at() {
    return position - buffer.remaining();
  }

  private long left() {
    return end - at();
  }

  /** The buffer, with so many bytes or more. */
  private ByteBuffer take(int bytes) throws IOException {
    if (buffer.remaining() >= bytes) {
      return buffer;
    }
    if (left() < bytes) {
      throw invalid(
          end == MAX_HEADER_BYTES
              ? "its header is longer than " + MAX_HEADER_BYTES + " bytes"
              : "it ends within its header");
    }
    buffer.compact();
    buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + end - position));
    while (buffer.position() < bytes) {
      int some = channel.read(buffer, position);
      if (some < 0) {
        throw invalid("it ends within its header");
      }
      position += some;
    }
    return buffer.flip();
  }

  private TreadleException invalid(String what) {
    return invalid(what, null);
  }

  private TreadleException invalid(String what, @Nullable Throwable cause) {
    return TrainingError.GGUF_INVALID.because(file + " is no whole GGUF file: " + what, cause);
  }
}
