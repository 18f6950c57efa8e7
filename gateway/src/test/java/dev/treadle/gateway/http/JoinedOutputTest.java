package dev.treadle.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JoinedOutputTest {
  private final List<Integer> writes = new ArrayList<>();
  private final ByteArrayOutputStream got = new ByteArrayOutputStream();
  private final JoinedOutput joined =
      new JoinedOutput(
          new OutputStream() {
            @Override
            public void write(int one) {
              throw new AssertionError("a byte alone");
            }

            @Override
            public void write(byte[] bytes, int offset, int count) {
              writes.add(count);
              got.write(bytes, offset, count);
            }
          });

  @Test
  void writesAHeadAndItsBodyInOnePiece() throws IOException {
    joined.write(new byte[300]);
    joined.write(new byte[6000]);
    joined.write('x');
    assertThat(writes).isEmpty();

    joined.flush();
    joined.flush();

    assertThat(writes).containsExactly(6301);
  }

  @Test
  void writesLargePiecesAtOnceAndInOrder() throws IOException {
    joined.write(new byte[300]);
    joined.write(new byte[100_000]);
    assertThat(writes).containsExactly(300, 100_000);

    joined.write(new byte[40_000]);
    joined.write(new byte[40_000]);
    joined.flush();

    assertThat(writes).containsExactly(300, 100_000, 40_000, 40_000);
  }

  @Test
  void losesAndReordersNothing() throws IOException {
    Random random = new Random(11);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < 2000; i++) {
      byte[] piece = new byte[random.nextInt(random.nextInt(50) == 0 ? 150_000 : 3000)];
      random.nextBytes(piece);
      int offset = piece.length == 0 ? 0 : random.nextInt(piece.length);
      joined.write(piece, offset, piece.length - offset);
      all.write(piece, offset, piece.length - offset);
      if (random.nextInt(5) == 0) {
        joined.flush();
        assertThat(got.size()).isEqualTo(all.size());
      }
    }
    joined.flush();
    assertThat(got.toByteArray()).isEqualTo(all.toByteArray());
  }
}
