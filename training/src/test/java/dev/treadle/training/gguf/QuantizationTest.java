package dev.treadle.training.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Project;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Q8_0 against llama.cpp's own, whose bytes python/make_gguf.py wrote. */
class QuantizationTest {
  private static final int COUNT = 64;
  private static final int BYTES = 68;

  @Test
  void givesTheSameBytesAsLlamaCpp() throws IOException {
    ByteBuffer golden =
        ByteBuffer.wrap(
                Files.readAllBytes(
                    Project.root().resolve("training/src/test/resources/gguf/q8_0.bin")))
            .order(ByteOrder.LITTLE_ENDIAN);
    int rows = golden.remaining() / (COUNT * Float.BYTES + BYTES);
    assertThat(rows).isGreaterThan(40);
    for (int row = 0; row < rows; row++) {
      float[] numbers = new float[COUNT];
      for (int i = 0; i < COUNT; i++) {
        numbers[i] = golden.getFloat();
      }
      byte[] wanted = new byte[BYTES];
      golden.get(wanted);
      assertThat(Quantization.q8(numbers, COUNT).array()).as("row " + row).isEqualTo(wanted);
    }
  }

  @Property
  void staysWithinItsTolerance(@ForAll @Size(32) float[] drawn) {
    float[] numbers = drawn.clone();
    float largest = 0;
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Math.clamp(numbers[i], -1e6f, 1e6f);
      largest = Math.max(largest, Math.abs(numbers[i]));
    }
    float[] back = Quantization.decode(GgufForm.Q8_0, Quantization.q8(numbers, 32), 32);
    for (int i = 0; i < numbers.length; i++) {
      assertThat(Math.abs((double) back[i] - numbers[i]))
          .isLessThanOrEqualTo(Quantization.tolerance(GgufForm.Q8_0, numbers[i], largest));
    }
  }

  @Test
  void refusesWhatTheScaleCannotHold() {
    for (float it : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -127 * 65_520f}) {
      float[] numbers = new float[32];
      numbers[5] = it;
      assertThat(Quantization.q8(numbers, 32).hasRemaining()).isFalse();
    }
  }
}
