package dev.treadle.training.merge;

import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/**
 * One thread's buffers for a block of weights: bytes as they stand in a file, and the float32
 * numbers that they mean. The loops are written so that the compiler makes vectors of them; bits
 * and floats are moved between arrays whole, because it does not do that for single ones.
 */
public final class Numbers {
  /** Beyond these a float32 rounds to infinity. */
  private static final int BF16_END = 0x7f7f_8000;

  /** So many pairs are taken apart at a time. */
  private static final int PAIRS = 2048;

  private static final int ODD = 0xffff_0000;
  private static final int F16_END = Float.floatToIntBits(65_520f);
  private static final int F32_END = 0x7f80_0000;

  private final ByteBuffer input;
  private final ByteBuffer bytes;
  private final ByteBuffer rounded;
  private final short[] shorts;
  private final int[] bits;
  private final int[] otherBits;
  private final float[] floats;
  private final Panel panel = new Panel();

  /** Pairs of BF16, then the first of each, then the second, as bits of floats. */
  private final int[] pairs = new int[3 * PAIRS];

  public Numbers(int elements) {
    this.input = SafetensorsFile.room(elements * Float.BYTES);
    this.bytes = direct(elements);
    this.rounded = direct(elements);
    this.shorts = new short[elements];
    this.bits = new int[elements];
    this.otherBits = new int[elements];
    this.floats = new float[elements];
  }

  private static ByteBuffer direct(int elements) {
    return SafetensorsWriter.room(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  int elements() {
    return floats.length;
  }

  /** The numbers of the block. */
  public float[] floats() {
    return floats;
  }

  Panel panel() {
    return panel;
  }

  /** Memory to read a block into. */
  public ByteBuffer input() {
    return input;
  }

  /** The same bytes where they are written fastest. */
  ByteBuffer copy(ByteBuffer from) {
    return bytes.clear().put(from.duplicate()).flip();
  }

  /** Makes floats of numbers of a form. */
  public void decode(ByteBuffer from, Dtype dtype, int elements) {
    decode(from, dtype, elements, floats);
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
   * The same for BF16, an even number of them: the floats are the first, third, fifth … number and
   * in the second half the others. Two numbers are one int, which makes this several times faster.
   */
  void decodePairs(ByteBuffer block, int elements) {
    int half = elements / 2;
    IntBuffer from = block.asIntBuffer();
    for (int at = 0; at < half; at += PAIRS) {
      int count = Math.min(PAIRS, half - at);
      from.get(at, pairs, 0, count);
      part(pairs, count);
      copy(pairs, PAIRS, floats, at, count);
      copy(pairs, 2 * PAIRS, floats, half + at, count);
    }
  }

  /** The opposite, rounding as {@link #encode} does. */
  ByteBuffer encodePairs(int elements) {
    int half = elements / 2;
    ByteBuffer to = bytes.clear().limit(elements * Short.BYTES);
    IntBuffer ints = to.asIntBuffer();
    for (int at = 0; at < half; at += PAIRS) {
      int count = Math.min(PAIRS, half - at);
      copy(floats, at, pairs, PAIRS, count);
      copy(floats, half + at, pairs, 2 * PAIRS, count);
      if (largestOfPairs(pairs, count) >= BF16_END) {
        return to.limit(0);
      }
      join(pairs, count);
      ints.put(at, pairs, 0, count);
    }
    return to;
  }

  private static void part(int[] p, int count) {
    for (int i = 0; i < count; i++) {
      p[i + PAIRS] = p[i] << 16;
    }
    for (int i = 0; i < count; i++) {
      p[i + 2 * PAIRS] = p[i] & ODD;
    }
  }

  private static void join(int[] p, int count) {
    for (int i = 0; i < count; i++) {
      int first = p[i + PAIRS];
      int second = p[i + 2 * PAIRS];
      p[i] =
          ((first + 0x7fff + ((first >>> 16) & 1)) >>> 16)
              | ((second + 0x7fff + ((second >>> 16) & 1)) & ODD);
    }
  }

  private static int largestOfPairs(int[] p, int count) {
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, p[i + PAIRS] & Integer.MAX_VALUE);
    }
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, p[i + 2 * PAIRS] & Integer.MAX_VALUE);
    }
    return largest;
  }

  /**
   * Rounds the floats to a form, to the nearest and to even where two are as near.
   *
   * @return the bytes, or nothing's worth of them if a number is not finite in that form
   */
  public ByteBuffer encode(Dtype dtype, int elements) {
    return encode(dtype, elements, bytes);
  }

  /** The same bytes where neither what is read nor what is written comes. */
  ByteBuffer keep(ByteBuffer from) {
    return rounded.clear().put(from.duplicate()).flip();
  }

  /** The floats as they are now, where {@link #keep} puts bytes. */
  ByteBuffer round(Dtype dtype, int elements) {
    return encode(dtype, elements, rounded);
  }

  private ByteBuffer encode(Dtype dtype, int elements, ByteBuffer place) {
    ByteBuffer to = place.clear().limit(elements * dtype.bytes());
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

  private static int largest(int[] bits, int elements) {
    int largest = 0;
    for (int i = 0; i < elements; i++) {
      largest = Math.max(largest, bits[i] & 0x7fff_ffff);
    }
    return largest;
  }

  /** How many of two pieces' numbers are not the same, bit for bit. */
  int differences(Dtype dtype, ByteBuffer left, ByteBuffer right) {
    return differences(dtype, MemorySegment.ofBuffer(left), MemorySegment.ofBuffer(right));
  }

  private int differences(Dtype dtype, MemorySegment left, MemorySegment right) {
    if (left.mismatch(right) < 0) {
      return 0;
    }
    int width = dtype.bytes();
    int whole = (int) (left.byteSize() / Integer.BYTES);
    int count = 0;
    if (width == Short.BYTES || width == Integer.BYTES) {
      MemorySegment.copy(left, ValueLayout.JAVA_INT_UNALIGNED, 0, bits, 0, whole);
      MemorySegment.copy(right, ValueLayout.JAVA_INT_UNALIGNED, 0, otherBits, 0, whole);
      count =
          width == Short.BYTES ? halves(bits, otherBits, whole) : wholes(bits, otherBits, whole);
    }
    long compared = width == Short.BYTES || width == Integer.BYTES ? 4L * whole : 0;
    for (long at = compared; at < left.byteSize(); at += width) {
      count += MemorySegment.mismatch(left, at, at + width, right, at, at + width) < 0 ? 0 : 1;
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
    copy(from, 0, to, 0, elements);
  }

  private static void copy(float[] from, int[] to, int elements) {
    copy(from, 0, to, 0, elements);
  }

  private static void copy(int[] from, int begin, float[] to, int at, int elements) {
    MemorySegment.copy(
        MemorySegment.ofArray(from), 4L * begin, MemorySegment.ofArray(to), 4L * at, 4L * elements);
  }

  private static void copy(float[] from, int begin, int[] to, int at, int elements) {
    MemorySegment.copy(
        MemorySegment.ofArray(from), 4L * begin, MemorySegment.ofArray(to), 4L * at, 4L * elements);
  }
}
