package dev.treadle.training.merge;

import dev.treadle.training.safetensors.Dtype;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One thread's buffers for a block of weights: bytes as they stand in a file, and the float32
 * numbers that they mean. The loops are written so that the compiler makes vectors of them; bits
 * and floats are moved between arrays whole, because it does not do that for single ones.
 */
final class Numbers {
  /** Beyond these a float32 rounds to infinity. */
  private static final int BF16_END = 0x7f7f_8000;

  private static final int F16_END = Float.floatToIntBits(65_520f);
  private static final int F32_END = 0x7f80_0000;

  private final ByteBuffer bytes;
  private final ByteBuffer otherBytes;
  private final short[] shorts;
  private final int[] bits;
  private final int[] otherBits;
  private final float[] floats;
  private final double[] sums;
  private final long[] sumBits;

  Numbers(int elements) {
    this.bytes = direct(elements);
    this.otherBytes = direct(elements);
    this.shorts = new short[elements];
    this.bits = new int[elements];
    this.otherBits = new int[elements];
    this.floats = new float[elements];
    this.sums = new double[LowRank.MAX_TILE];
    this.sumBits = new long[LowRank.MAX_TILE];
  }

  private static ByteBuffer direct(int elements) {
    return ByteBuffer.allocateDirect(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  int elements() {
    return floats.length;
  }

  float[] floats() {
    return floats;
  }

  /** Room for a piece of a row. */
  double[] sums() {
    return sums;
  }

  /** The largest of the first sums, by its size. */
  float largestSum(int elements) {
    MemorySegment.copy(
        MemorySegment.ofArray(sums), 0, MemorySegment.ofArray(sumBits), 0, (long) elements * 8);
    return (float) Double.longBitsToDouble(largest(sumBits, elements));
  }

  /** A buffer to read so many numbers of a form into. */
  ByteBuffer room(Dtype dtype, int elements) {
    return bytes.clear().limit(elements * dtype.bytes());
  }

  /** A second one, to compare with the first. */
  ByteBuffer otherRoom(Dtype dtype, int elements) {
    return otherBytes.clear().limit(elements * dtype.bytes());
  }

  /** Makes floats of what {@link #room} was filled with. */
  void decode(Dtype dtype, int elements) {
    bytes.flip();
    decode(bytes, dtype, elements, floats);
  }

  void decode(ByteBuffer from, Dtype dtype, int elements, float[] to) {
    switch (dtype) {
      case BF16 -> {
        from.asShortBuffer().get(shorts, 0, elements);
        widen(shorts, bits, elements);
        copy(bits, to, elements);
      }
      case F16 -> {
        from.asShortBuffer().get(shorts, 0, elements);
        for (int i = 0; i < elements; i++) {
          to[i] = Float.float16ToFloat(shorts[i]);
        }
      }
      case F32 -> from.asFloatBuffer().get(to, 0, elements);
      case F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not computed with: " + dtype);
    }
  }

  /**
   * Rounds the floats to a form, to the nearest and to even where two are as near.
   *
   * @return the bytes, or nothing's worth of them if a number is not finite in that form
   */
  ByteBuffer encode(Dtype dtype, int elements) {
    ByteBuffer to = bytes.clear().limit(elements * dtype.bytes());
    copy(floats, bits, elements);
    if (largest(bits, elements) >= end(dtype)) {
      return to.limit(0);
    }
    switch (dtype) {
      case BF16 -> {
        round(bits, shorts, elements);
        to.asShortBuffer().put(shorts, 0, elements);
      }
      case F16 -> {
        for (int i = 0; i < elements; i++) {
          shorts[i] = Float.floatToFloat16(floats[i]);
        }
        to.asShortBuffer().put(shorts, 0, elements);
      }
      case F32 -> to.asFloatBuffer().put(floats, 0, elements);
      case F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL ->
          throw new IllegalArgumentException("not computed with: " + dtype);
    }
    return to;
  }

  private static void widen(short[] from, int[] to, int elements) {
    for (int i = 0; i < elements; i++) {
      to[i] = from[i] << 16;
    }
  }

  private static void round(int[] from, short[] to, int elements) {
    for (int i = 0; i < elements; i++) {
      int it = from[i];
      to[i] = (short) ((it + 0x7fff + ((it >>> 16) & 1)) >>> 16);
    }
  }

  private static int end(Dtype dtype) {
    return switch (dtype) {
      case BF16 -> BF16_END;
      case F16 -> F16_END;
      case F32, F64, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, BOOL -> F32_END;
    };
  }

  private static long largest(long[] bits, int elements) {
    long largest = 0;
    for (int i = 0; i < elements; i++) {
      largest = Math.max(largest, bits[i] & Long.MAX_VALUE);
    }
    return largest;
  }

  private static int largest(int[] bits, int elements) {
    int largest = 0;
    for (int i = 0; i < elements; i++) {
      largest = Math.max(largest, bits[i] & 0x7fff_ffff);
    }
    return largest;
  }

  /** How many numbers of the two rooms are not the same, bit for bit. */
  int differences(Dtype dtype, int elements) {
    bytes.clear().limit(elements * dtype.bytes());
    otherBytes.clear().limit(elements * dtype.bytes());
    if (bytes.mismatch(otherBytes) < 0) {
      return 0;
    }
    int count = 0;
    if (dtype.bytes() == Byte.BYTES) {
      for (int i = 0; i < elements; i++) {
        count += bytes.get(i) == otherBytes.get(i) ? 0 : 1;
      }
    } else {
      int whole = elements * dtype.bytes() / Integer.BYTES;
      bytes.asIntBuffer().get(bits, 0, whole);
      otherBytes.asIntBuffer().get(otherBits, 0, whole);
      count =
          dtype.bytes() == Short.BYTES
              ? halves(bits, otherBits, whole)
              : wholes(bits, otherBits, whole);
      if (whole * Integer.BYTES < elements * dtype.bytes()) {
        int last = (elements - 1) * dtype.bytes();
        count += bytes.getShort(last) == otherBytes.getShort(last) ? 0 : 1;
      }
    }
    return count;
  }

  private static int halves(int[] left, int[] right, int length) {
    int count = 0;
    for (int i = 0; i < length; i++) {
      int it = left[i] ^ right[i];
      int low = it & 0xffff;
      int high = it >>> 16;
      count += (-low >>> 31) + (-high >>> 31);
    }
    return count;
  }

  private static int wholes(int[] left, int[] right, int length) {
    int count = 0;
    for (int i = 0; i < length; i++) {
      int it = left[i] ^ right[i];
      count += (it | -it) >>> 31;
    }
    return count;
  }

  private static void copy(int[] from, float[] to, int elements) {
    MemorySegment.copy(
        MemorySegment.ofArray(from), 0, MemorySegment.ofArray(to), 0, (long) elements * 4);
  }

  private static void copy(float[] from, int[] to, int elements) {
    MemorySegment.copy(
        MemorySegment.ofArray(from), 0, MemorySegment.ofArray(to), 0, (long) elements * 4);
  }
}
