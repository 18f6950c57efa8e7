package dev.treadle.training.tensor;

import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.TensorShape;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Writes tensors into safetensors files, some of a tensor at a time. */
final class TensorFile {
  private static final long PIECE = 4 << 20;

  private TensorFile() {}

  /** Writes all numbers of a tensor that lie one after another, in the form of the file. */
  static void write(SafetensorsWriter writer, TensorShape shape, Tensor tensor) {
    try (Tensor flat = tensor.view(-1)) {
      long size = flat.numel();
      for (long from = 0; from < size; from += PIECE) {
        long count = Math.min(PIECE, size - from);
        try (Tensor piece = flat.narrow(0, from, count);
            Tensor converted = piece.to(type(shape.dtype())).cpu();
            BytePointer bytes = new BytePointer(converted.data_ptr())) {
          writer.write(
              shape.name(),
              from * shape.dtype().bytes(),
              bytes.limit(count * shape.dtype().bytes()).asByteBuffer());
        }
      }
    }
  }

  static ScalarType type(Dtype dtype) {
    return switch (dtype) {
      case F64 -> ScalarType.Double;
      case F32 -> ScalarType.Float;
      case F16 -> ScalarType.Half;
      case BF16 -> ScalarType.BFloat16;
      case F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not computed with: " + dtype);
    };
  }
}
