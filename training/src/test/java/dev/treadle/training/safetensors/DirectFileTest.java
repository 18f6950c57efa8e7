package dev.treadle.training.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectFileTest {
  private static final int UNIT = DirectFile.UNIT;

  @TempDir private Path folder;

  private final SplittableRandom random = new SplittableRandom(3);

  private byte[] content(int size) {
    byte[] content = new byte[size];
    random.nextBytes(content);
    return content;
  }

  private static Optional<DirectFile> opened(Path file) throws IOException {
    Optional<DirectFile> it = DirectFile.toWrite(file);
    it.ifPresent(DirectFileTest::close);
    return it;
  }

  private static void close(DirectFile file) {
    try {
      file.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** As after a restart of the machine: nothing of the file is in memory. */
  private DirectFile written(Path file, byte[] content) throws IOException {
    Files.write(file, new byte[0]);
    Assumptions.assumeTrue(opened(file).isPresent(), "this disk cannot be read directly");
    int whole = Math.ceilDiv(content.length, UNIT) * UNIT;
    ByteBuffer all = DirectFile.room(whole).limit(whole).put(0, content);
    try (DirectFile direct = DirectFile.toWrite(file).orElseThrow()) {
      direct.write(0, all);
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.truncate(content.length);
      return DirectFile.toRead(file, channel).orElseThrow();
    }
  }

  @Test
  void readsAnyBytesWhereverTheyBegin() throws IOException {
    byte[] content = content(10 * UNIT + 1234);
    try (DirectFile file = written(folder.resolve("any"), content)) {
      ByteBuffer room = DirectFile.room(content.length);
      for (int i = 0; i < 300; i++) {
        int from = random.nextInt(content.length);
        int bytes = i % 3 == 0 ? content.length - from : random.nextInt(content.length - from);
        byte[] read = new byte[bytes];
        file.read(from, bytes, room).get(read);
        assertThat(read).isEqualTo(Arrays.copyOfRange(content, from, from + bytes));
      }
      assertThatThrownBy(() -> file.read(10L * UNIT, 1235, room)).isInstanceOf(EOFException.class);
      assertThatThrownBy(() -> file.read(20L * UNIT, 1, room)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void isNotForAFileThatIsInMemory() throws IOException {
    Path file = Files.write(folder.resolve("hot"), content(40 * UNIT));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      assertThat(DirectFile.toRead(file, channel)).isEmpty();
    }
  }

  @Test
  void wholeUnitsAndPiecesOfThemMakeOneFile() throws IOException {
    TensorShape wide = new TensorShape("wide", Dtype.U8, List.of(8L * UNIT));
    TensorShape odd = new TensorShape("odd", Dtype.U8, List.of(UNIT + 100L));
    TensorShape also = new TensorShape("z", Dtype.U8, List.of(4L * UNIT));
    ShardedWeights shards = new ShardedWeights(folder, List.of(odd, wide, also), 1 << 30);
    assertThat(shards.tensors(0)).containsExactly(wide, also, odd);
    ByteBuffer room = SafetensorsWriter.room(8 * UNIT);
    byte[] content = content(8 * UNIT);
    room.put(0, content);
    try (SafetensorsWriter writer = shards.create(0)) {
      for (TensorShape it : List.of(odd, also, wide)) {
        int size = (int) it.bytes();
        int half = size / 2;
        writer.write(it.name(), 0, room.slice(0, half));
        writer.write(it.name(), half, room.slice(half, size - half));
      }
    }
    try (Weights weights = Weights.open(folder)) {
      for (Map.Entry<String, Weights.Tensor> it : weights.tensors().entrySet()) {
        int size = (int) it.getValue().shape().bytes();
        byte[] read = new byte[size];
        it.getValue()
            .shard()
            .readOnce(it.getValue().entry(), 0, size, SafetensorsFile.room(size))
            .get(read);
        assertThat(read).isEqualTo(Arrays.copyOf(content, size));
      }
      assertThat(weights.tensor("wide").orElseThrow().shard().header().dataStart() % UNIT).isZero();
    }
  }
}
