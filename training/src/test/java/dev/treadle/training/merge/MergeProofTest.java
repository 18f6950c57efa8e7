package dev.treadle.training.merge;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.GoldenModels;
import dev.treadle.training.TrainingError;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.model.ModelTensors;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.training.safetensors.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proof is to find what the merge would do wrong. */
class MergeProofTest {
  private static final Path GOLDEN = GoldenModels.folder("llama");
  private static final String UNTOUCHED = "model.norm.weight";

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init")
  private Path shard;

  @BeforeEach
  void merge() {
    Path output = folder.resolve("merged");
    new Merge(
            MergeSettings.of(GOLDEN.resolve("base"), GOLDEN.resolve("adapter"), output, 2),
            (_, _, _) -> {})
        .run();
    shard = output.resolve("model.safetensors");
  }

  private void prove() {
    try (SafetensorsFile written = SafetensorsFile.open(shard)) {
      prove(written);
    }
  }

  private static void prove(SafetensorsFile written) {
    ModelTensors model = ModelTensors.of(ModelShape.read(GOLDEN.resolve("base")));
    try (Weights base = Weights.open(GOLDEN.resolve("base"));
        Adapter adapter = Adapter.open(GOLDEN.resolve("adapter"));
        Blocks blocks = new Blocks(2, 1)) {
      MergeProof proof = new MergeProof(base, MergePlan.of(model, base, adapter));
      written.header().tensors().keySet().forEach(it -> proof.check(written, it, blocks));
    }
  }

  private long place(String tensor) {
    try (SafetensorsFile written = SafetensorsFile.open(shard)) {
      SafetensorsHeader.Entry it = Objects.requireNonNull(written.header().tensors().get(tensor));
      return written.header().dataStart() + it.end() - 1;
    }
  }

  @Test
  void holdsOfWhatWasMerged() {
    assertThatCode(this::prove).doesNotThrowAnyException();
  }

  @Test
  void findsOneBitInATensorThatNothingAimsAt() throws IOException {
    try (FileChannel file =
        FileChannel.open(shard, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      file.read(last, place(UNTOUCHED));
      last.put(0, (byte) (last.get(0) ^ 1)).flip();
      file.write(last, place(UNTOUCHED));
    }
    assertThatThrownBy(this::prove)
        .hasMessageContaining("nothing aims at " + UNTOUCHED)
        .hasMessageContaining(" 1 of its numbers")
        .extracting("code")
        .isEqualTo(TrainingError.MERGE_UNPROVEN);
  }

  /** What the proof makes a line of. */
  @Test
  void aPageThatIsGoneIsAnErrorAndNoCrash() throws IOException {
    try (FileChannel file =
            FileChannel.open(shard, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofShared();
        Blocks blocks = new Blocks(1, 1)) {
      MemorySegment mapped = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size() / 4 * 4, arena);
      MemorySegment other = arena.allocate(mapped.byteSize());
      file.truncate(4096);
      assertThatThrownBy(() -> MergeProof.differences(mapped, other, Dtype.F32, blocks))
          .isInstanceOf(InternalError.class);
    }
  }

  @Test
  void aFileThatBecameShorterIsToldInOneLine() throws IOException {
    try (SafetensorsFile written = SafetensorsFile.open(shard);
        FileChannel file = FileChannel.open(shard, StandardOpenOption.WRITE)) {
      file.truncate(4096);
      assertThatThrownBy(() -> prove(written))
          .hasMessageContaining("it became shorter while it was read")
          .extracting("code")
          .isEqualTo(TrainingError.READ_FAILED);
    }
  }
}
