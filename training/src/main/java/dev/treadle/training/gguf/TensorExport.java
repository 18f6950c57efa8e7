package dev.treadle.training.gguf;

import dev.treadle.training.TrainingError;
import dev.treadle.training.merge.Blocks;
import dev.treadle.training.merge.Numbers;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/** Writes one tensor after the other, each in blocks of rows on all threads. */
final class TensorExport {
  private final Weights weights;
  private final GgufWriter writer;
  private final Blocks blocks;

  TensorExport(Weights weights, GgufWriter writer, Blocks blocks) {
    this.weights = weights;
    this.writer = writer;
    this.blocks = blocks;
  }

  /** So many numbers belong together: a row, or a head whose rows change their order. */
  static long unit(ExportPlan.Taken piece) {
    long columns = columns(piece.target());
    return piece.heads() == 0
        ? columns
        : piece.target().shape().getFirst() / piece.heads() * columns;
  }

  private static long columns(GgufTensor it) {
    return it.shape().size() == 1 ? 1 : it.columns();
  }

  void write(ExportPlan.Piece piece) {
    switch (piece) {
      case ExportPlan.Made it -> {
        ByteBuffer bytes =
            ByteBuffer.allocate(it.numbers().size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        it.numbers().forEach(bytes::putFloat);
        writer.write(it.target(), 0, bytes.flip());
      }
      case ExportPlan.Taken it -> write(it);
    }
  }

  private void write(ExportPlan.Taken piece) {
    Weights.Tensor source = Objects.requireNonNull(weights.tensors().get(piece.source()));
    Dtype dtype = source.shape().dtype();
    GgufTensor target = piece.target();
    long unit = unit(piece);
    blocks.run(
        target.elements() / unit,
        unit,
        dtype.bytes(),
        (numbers, first, count) -> {
          int elements = (int) (count * unit);
          ByteBuffer from =
              source
                  .shard()
                  .readOnce(
                      source.entry(),
                      first * unit * dtype.bytes(),
                      elements * dtype.bytes(),
                      numbers.input());
          numbers.decode(from, dtype, elements);
          if (piece.heads() > 0) {
            reorder(piece, numbers.floats(), elements);
          }
          ByteBuffer bytes = encoded(piece, numbers, elements);
          long offset = first * unit / target.type().blockNumbers() * target.type().blockBytes();
          writer.write(target, offset, bytes);
        });
  }

  /** Whole heads' rows, each head's by the same rule. */
  private static void reorder(ExportPlan.Taken piece, float[] floats, int elements) {
    int columns = (int) columns(piece.target());
    float[] before = Arrays.copyOf(floats, elements);
    for (int row = 0; row < elements / columns; row++) {
      System.arraycopy(
          before, (int) piece.sourceRow(row) * columns, floats, row * columns, columns);
    }
  }

  private ByteBuffer encoded(ExportPlan.Taken piece, Numbers numbers, int elements) {
    ByteBuffer bytes =
        switch (GgufForm.of(piece.target().type())) {
          case F32 -> numbers.encode(Dtype.F32, elements);
          case F16 -> numbers.encode(Dtype.F16, elements);
          case BF16 -> numbers.encode(Dtype.BF16, elements);
          case Q8_0 -> Quantization.q8(numbers.floats(), elements);
        };
    if (!bytes.hasRemaining()) {
      throw refused(piece, numbers.floats(), elements);
    }
    return bytes;
  }

  private RuntimeException refused(ExportPlan.Taken piece, float[] floats, int elements) {
    float largest = 0;
    for (int i = 0; i < elements; i++) {
      if (!Float.isFinite(floats[i])) {
        return TrainingError.NOT_FINITE.because(
            piece.source() + " in " + weights.folder() + " holds " + floats[i]);
      }
      largest = Math.max(largest, Math.abs(floats[i]));
    }
    return TrainingError.NOT_FINITE.because(
        piece.source()
            + " in "
            + weights.folder()
            + " holds a number of the size "
            + largest
            + ", which "
            + piece.target().type()
            + " cannot hold: take --type bf16 or f32");
  }
}
