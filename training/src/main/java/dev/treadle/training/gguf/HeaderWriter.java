package dev.treadle.training.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes a GGUF file's header, version 3. */
final class HeaderWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private HeaderWriter() {}

  /** The places of tensors, one behind the other. */
  static List<GgufTensor> placed(List<GgufTensor> tensors) {
    List<GgufTensor> placed = new ArrayList<>();
    long offset = 0;
    for (GgufTensor it : tensors) {
      placed.add(new GgufTensor(it.name(), it.type(), it.shape(), offset));
      offset += GgufHeader.aligned(it.bytes(), GgufHeader.USUAL_ALIGNMENT);
    }
    return placed;
  }

  static byte[] bytes(Map<String, GgufValue> keys, List<GgufTensor> tensors) {
    HeaderWriter writer = new HeaderWriter();
    writer.bytes.writeBytes(GgufHeader.MAGIC_BYTES);
    writer.u32(GgufHeader.VERSION);
    writer.u64(tensors.size());
    writer.u64(keys.size());
    keys.forEach(
        (key, value) -> {
          writer.text(key);
          writer.u32(value.kind().code());
          writer.value(value);
        });
    for (GgufTensor it : tensors) {
      writer.text(it.name());
      writer.u32(it.shape().size());
      it.shape().reversed().forEach(writer::u64);
      writer.u32(it.type().code());
      writer.u64(it.offset());
    }
    return writer.bytes.toByteArray();
  }

  private void value(GgufValue value) {
    switch (value) {
      case GgufValue.Whole it -> whole(it);
      case GgufValue.Real it when it.kind() == GgufValue.Kind.F32 ->
          u32(Float.floatToRawIntBits((float) it.value()));
      case GgufValue.Real it -> u64(Double.doubleToRawLongBits(it.value()));
      case GgufValue.Truth it -> bytes.write(it.value() ? 1 : 0);
      case GgufValue.Text it -> text(it.value());
      case GgufValue.Items it -> {
        u32(it.of().code());
        u64(it.values().size());
        it.values().forEach(this::value);
      }
    }
  }

  private void whole(GgufValue.Whole it) {
    number.putLong(0, it.value());
    bytes.write(number.array(), 0, it.kind().leastBytes());
  }

  private void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    u64(utf8.length);
    bytes.writeBytes(utf8);
  }

  private void u32(long it) {
    number.putLong(0, it);
    bytes.write(number.array(), 0, Integer.BYTES);
  }

  private void u64(long it) {
    number.putLong(0, it);
    bytes.write(number.array(), 0, Long.BYTES);
  }
}
