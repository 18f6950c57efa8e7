package dev.treadle.training.tensor;

import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A tensor whose numbers lie in a file: mapped, never copied. For reading only. */
record MappedTensor(Tensor tensor, MemorySegment bytes, Arena arena) implements AutoCloseable {
  static MappedTensor of(SafetensorsFile file, SafetensorsHeader.Entry entry) {
    Arena arena = Arena.ofShared();
    MemorySegment bytes = file.map(entry, arena);
    long[] shape = entry.tensor().shape().stream().mapToLong(Long::longValue).toArray();
    Tensor tensor =
        torch.from_blob(
            new Mapped(bytes),
            shape,
            new TensorOptions(type(entry.tensor().dtype(), entry.tensor().name())));
    return new MappedTensor(tensor, bytes, arena);
  }

  private static ScalarType type(Dtype dtype, String name) {
    return switch (dtype) {
      case F64, F32, F16, BF16 -> TensorFile.type(dtype);
      case F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw TrainingError.DTYPE_UNSUPPORTED.because(
              name + " is written in " + dtype + "; computed with are F32, F16 and BF16");
    };
  }

  /** The address of mapped bytes: a buffer could hold two gigabytes at most. */
  private static final class Mapped extends Pointer {
    Mapped(MemorySegment bytes) {
      address = bytes.address();
    }
  }

  /** Gives the memory of its pages back; whoever reads it again reads the file again. */
  void unload() {
    bytes.unload();
  }

  @Override
  public void close() {
    tensor.close();
    arena.close();
  }
}
