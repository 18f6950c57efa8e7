package dev.treadle.training.torchrun;

import dev.treadle.training.TrainingError;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Looks at all numbers of a tensor in a file. */
final class TensorScan {
  private static final ValueLayout.OfFloat WHOLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TensorScan() {}

  /**
   * Whether a tensor has a number that is not zero.
   *
   * @throws dev.treadle.transcript.TreadleException {@link TrainingError#NOT_FINITE} if one is none
   */
  static boolean isMoved(SafetensorsFile file, SafetensorsHeader.Entry entry) {
    Dtype dtype = entry.tensor().dtype();
    if (!dtype.isComputed()) {
      throw TrainingError.DTYPE_UNSUPPORTED.because(
          file.file() + " has " + entry.tensor() + ", which weights are not");
    }
    boolean isMoved = false;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = file.map(entry, arena);
      for (long at = 0; at < bytes.byteSize(); at += dtype.bytes()) {
        float number = number(bytes, at, dtype);
        if (!Float.isFinite(number)) {
          throw TrainingError.NOT_FINITE.because(
              file.file()
                  + " holds numbers that are none in "
                  + entry.tensor().name()
                  + ": lower learning_rate, or train in float32");
        }
        isMoved |= number != 0;
      }
    }
    return isMoved;
  }

  private static float number(MemorySegment bytes, long at, Dtype dtype) {
    return dtype == Dtype.F32
        ? bytes.get(WHOLE, at)
        : dtype == Dtype.BF16
            ? Float.intBitsToFloat(bytes.get(HALF, at) << 16)
            : Float.float16ToFloat(bytes.get(HALF, at));
  }
}
