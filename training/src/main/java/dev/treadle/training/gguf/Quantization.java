package dev.treadle.training.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Q8_0 as llama.cpp's reference does it: 32 numbers share a scale, which is the largest over 127 as
 * a float16, and each is a whole number of scales, rounded to the nearest and away from zero where
 * two are as near. Also the ways back from the forms that are written here.
 */
final class Quantization {
  static final int GROUP = 32;
  private static final int GROUP_BYTES = 34;
  private static final int STEPS = 127;

  /** From here on the scale is infinite as a float16; it holds what is not finite, too. */
  private static final int END = Float.floatToIntBits(STEPS * 65_520f);

  private Quantization() {}

  /** The bytes of whole groups, or none if a number is too large or not finite. */
  static ByteBuffer q8(float[] numbers, int count) {
    ByteBuffer bytes =
        ByteBuffer.allocate(count / GROUP * GROUP_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    byte[] rounded = new byte[GROUP];
    for (int at = 0; at < count; at += GROUP) {
      int largest = 0;
      for (int i = at; i < at + GROUP; i++) {
        largest = Math.max(largest, Float.floatToRawIntBits(numbers[i]) & Integer.MAX_VALUE);
      }
      if (largest >= END) {
        return bytes.clear().limit(0);
      }
      float scale = Float.intBitsToFloat(largest) / STEPS;
      float steps = scale == 0 ? 0 : 1 / scale;
      for (int i = 0; i < GROUP; i++) {
        rounded[i] = (byte) round(numbers[at + i] * steps);
      }
      bytes.putShort(Float.floatToFloat16(scale)).put(rounded);
    }
    return bytes.flip();
  }

  private static int round(float it) {
    float size = Math.abs(it);
    int whole = (int) size;
    whole += size - whole >= 0.5f ? 1 : 0;
    return it < 0 ? -whole : whole;
  }

  /** The numbers that bytes of a file mean. */
  static float[] decode(GgufForm form, ByteBuffer bytes, int count) {
    ByteBuffer from = bytes.order(ByteOrder.LITTLE_ENDIAN);
    float[] numbers = new float[count];
    switch (form) {
      case F32 -> from.asFloatBuffer().get(numbers);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          numbers[i] = Float.float16ToFloat(from.getShort());
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          numbers[i] = Float.intBitsToFloat(from.getShort() << 16);
        }
      }
      case Q8_0 -> {
        for (int at = 0; at < count; at += GROUP) {
          float scale = Float.float16ToFloat(from.getShort());
          for (int i = at; i < at + GROUP; i++) {
            numbers[i] = scale * from.get();
          }
        }
      }
    }
    return numbers;
  }

  /** How far a number may be from what it was, when its group's largest is {@code largest}. */
  static double tolerance(GgufForm form, float number, float largest) {
    return switch (form) {
      case F32 -> 0;
      case F16 -> Math.max(Math.abs((double) number) * 0x1p-11, 0x1p-25);
      case BF16 -> Math.max(Math.abs((double) number) * 0x1p-8, 0x1p-134);
      // Half a step, and the scale's own rounding, a subnormal one's too.
      case Q8_0 -> largest * (0.5 / STEPS + 0x1p-10) + STEPS * 0x1p-24;
    };
  }
}
