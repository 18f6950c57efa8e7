package dev.treadle.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteWordsTest {
  private final Random random = new Random(5);

  /** As a loop over the bytes finds it, wherever it begins and ends. */
  @Test
  void findsTheFirst() {
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = drawn();
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      int expected = -1;
      for (int k = to - 1; k >= from; k--) {
        expected = bytes[k] == '\n' ? k : expected;
      }

      assertThat(ByteWords.indexOf(bytes, from, to, '\n')).isEqualTo(expected);
    }
  }

  @Test
  void findsLineBreaks() {
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = drawn();
      boolean expected = false;
      for (byte it : bytes) {
        expected |= it == '\n' || it == '\r';
      }

      assertThat(ByteWords.hasLineBreak(bytes)).isEqualTo(expected);
    }
  }

  @Test
  void theLowestByteFoundIsCertain() {
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = drawn();
      if (bytes.length < Long.BYTES) {
        continue;
      }
      long word = ByteWords.at(bytes, 0);

      assertThat(ByteWords.first(ByteWords.controls(word))).isEqualTo(first(bytes, 0, ' ' - 1));
      assertThat(ByteWords.first(ByteWords.wide(word))).isEqualTo(first(bytes, -128, -1));
      assertThat(ByteWords.first(ByteWords.equal(word, '"'))).isEqualTo(first(bytes, '"', '"'));
    }
  }

  /** The first of eight bytes that is in this range; 8 where none is. */
  private static int first(byte[] bytes, int least, int most) {
    for (int i = 0; i < Long.BYTES; i++) {
      if (bytes[i] >= least && bytes[i] <= most) {
        return i;
      }
    }
    return Long.BYTES;
  }

  private byte[] drawn() {
    byte[] some = {'\n', '\r', ' ' - 1, ' ', '!', '"', '#', 'a', 0, 1, 127, -128, -1};
    byte[] bytes = new byte[random.nextInt(40)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = random.nextInt(3) == 0 ? some[random.nextInt(some.length)] : (byte) 'x';
    }
    return bytes;
  }
}
