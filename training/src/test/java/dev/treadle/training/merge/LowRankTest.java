package dev.treadle.training.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.training.safetensors.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LowRankTest {
  private static final float SCALE = -2.5f;

  private static float[] random(int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = random.nextFloat() - 0.5f;
    }
    return numbers;
  }

  /** Ranks around the table's eight and sixteen, tiles that are not full, single rows. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "3, 2, 5",
    "7, 3, 511",
    "8, 4, 512",
    "9, 5, 513",
    "15, 1, 1025",
    "16, 6, 1024",
    "17, 7, 600",
    "32, 2, 40",
    "33, 9, 1300",
    "64, 3, 7"
  })
  void addsTheProductInFloats(int rank, int rows, int columns) {
    int all = rows + 3;
    float[] left = random(all * rank, 1);
    float[] right = random(rank * columns, 2);
    float[] target = random(rows * columns + 2, 3);
    float[] before = target.clone();
    float largest =
        LowRank.of(rank, columns, SCALE, left, right)
            .addTo(target, 1, 2, rows, new Panel()); // One number before it, and one behind.

    assertThat(target[0]).isEqualTo(before[0]);
    assertThat(target[rows * columns + 1]).isEqualTo(before[rows * columns + 1]);
    double most = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        double sum = 0;
        for (int k = 0; k < rank; k++) {
          sum += (double) left[(row + 2) * rank + k] * right[k * columns + column];
        }
        most = Math.max(most, Math.abs(sum * SCALE));
        int at = 1 + row * columns + column;
        assertThat((double) target[at])
            .as("%d, %d", row, column)
            .isCloseTo(before[at] + sum * SCALE, within(1e-5));
      }
    }
    assertThat((double) largest).isCloseTo(most, within(1e-5));
  }

  @Test
  void halvesGiveTheSameNumbers() {
    int rank = 20;
    int rows = 5;
    int columns = 1100;
    LowRank whole =
        LowRank.of(rank, columns, SCALE, random(rows * rank, 1), random(rank * columns, 2));
    float[] expected = random(rows * columns, 3);
    float[] halves = new float[expected.length];
    for (int i = 0; i < expected.length; i++) {
      halves[i % 2 * (expected.length / 2) + i / 2] = expected[i];
    }
    Panel panel = new Panel();
    whole.addTo(expected, 0, 0, rows, panel);
    for (int i = 0; i < 2; i++) {
      whole.halves().get(i).addTo(halves, i * (halves.length / 2), 0, rows, panel);
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(halves[i % 2 * (expected.length / 2) + i / 2]).isEqualTo(expected[i]);
    }
  }

  @Test
  void pairsAreTheSameAsSingleNumbers() {
    int elements = 5000;
    Numbers single = new Numbers(elements);
    Numbers pairs = new Numbers(elements);
    SplittableRandom random = new SplittableRandom(9);
    ByteBuffer block = ByteBuffer.allocate(elements * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (block.hasRemaining()) {
      block.putShort((short) (random.nextInt() & 0xbfff)); // Finite, of either sign.
    }
    block.flip();
    single.decode(block, Dtype.BF16, elements);
    pairs.decodePairs(block, elements);
    for (int i = 0; i < elements; i++) {
      assertThat(pairs.floats()[i % 2 * (elements / 2) + i / 2]).isEqualTo(single.floats()[i]);
      float moved = single.floats()[i] * 1.01f;
      single.floats()[i] = moved;
      pairs.floats()[i % 2 * (elements / 2) + i / 2] = moved;
    }
    assertThat(pairs.encodePairs(elements)).isEqualTo(single.encode(Dtype.BF16, elements));

    pairs.floats()[elements - 1] = Float.NaN;
    assertThat(pairs.encodePairs(elements).remaining()).isZero();
  }
}
