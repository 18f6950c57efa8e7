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
import dev.treadle.training.safetensors.SafetensorsWriter;
import dev.treadle.training.safetensors.TensorShape;
import dev.treadle.training.safetensors.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proof is to find what the merge would do wrong. */
class MergeProofTest {
  private static final Path GOLDEN = GoldenModels.folder("llama");
  private static final TensorShape MATRIX =
      new TensorShape("matrix", Dtype.U8, List.of(64L, 8192L));
  private static final int BLOCK = 1 << 14;

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init")
  private Path shard;

  private final Reread all = new Reread(1);
  private final Reread few = new Reread(8);

  @BeforeEach
  void write() {
    shard = folder.resolve("shard.safetensors");
    ByteBuffer block = SafetensorsWriter.room(BLOCK).limit(BLOCK);
    try (SafetensorsWriter writer = SafetensorsWriter.create(shard, List.of(MATRIX), Map.of())) {
      for (long at = 0; at < MATRIX.bytes(); at += BLOCK) {
        block.putLong(0, at);
        all.hears("matrix", at, MATRIX.bytes(), block);
        few.hears("matrix", at, MATRIX.bytes(), block);
        writer.write("matrix", at, block.duplicate());
      }
    }
  }

  private void flip(long place) throws IOException {
    try (SafetensorsFile written = SafetensorsFile.open(shard);
        FileChannel file =
            FileChannel.open(shard, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      file.read(one, written.header().dataStart() + place);
      one.put(0, (byte) (one.get(0) ^ 1)).flip();
      file.write(one, written.header().dataStart() + place);
    }
  }

  private void check(Reread reread) {
    try (SafetensorsFile written = SafetensorsFile.open(shard)) {
      reread.check(written);
    }
  }

  @Test
  void holdsOfWhatWasWritten() {
    assertThatCode(() -> check(all)).doesNotThrowAnyException();
    assertThatCode(() -> check(few)).doesNotThrowAnyException();
  }

  @Test
  void readsTheEdgesOfATensorAgainAndAllIfAsked() throws IOException {
    flip(3L * BLOCK + 5);
    assertThatCode(() -> check(few)).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(all))
        .hasMessageContaining("does not hold what was written")
        .hasMessageContaining(BLOCK + " bytes of matrix from the " + 3L * BLOCK)
        .extracting("code")
        .isEqualTo(TrainingError.MERGE_UNPROVEN);
    flip(MATRIX.bytes() - 1);
    assertThatThrownBy(() -> check(few)).hasMessageContaining("does not hold what was written");
  }

  @Test
  void aFileThatBecameShorterIsToldInOneLine() throws IOException {
    try (SafetensorsFile written = SafetensorsFile.open(shard);
        FileChannel file = FileChannel.open(shard, StandardOpenOption.WRITE)) {
      file.truncate(5 * 4096 + 77);
      assertThatThrownBy(() -> all.check(written))
          .hasMessageContaining("it became shorter while it was read")
          .extracting("code")
          .isEqualTo(TrainingError.READ_FAILED);
    }
  }

  @Test
  void findsAnotherNumberInATensorThatNothingAimsAt() {
    ModelTensors model = ModelTensors.of(ModelShape.read(GOLDEN.resolve("base")));
    try (Weights base = Weights.open(GOLDEN.resolve("base"));
        Adapter adapter = Adapter.open(GOLDEN.resolve("adapter"))) {
      MergeProof proof = new MergeProof(MergePlan.of(model, base, adapter));
      TensorShape norm = base.tensor("model.norm.weight").orElseThrow().shape();
      assertThatCode(() -> proof.wrote(norm, 0)).doesNotThrowAnyException();
      assertThatThrownBy(() -> proof.wrote(norm, 1))
          .hasMessageContaining("nothing aims at model.norm.weight")
          .hasMessageContaining(" 1 of its numbers")
          .extracting("code")
          .isEqualTo(TrainingError.MERGE_UNPROVEN);
    }
  }
}
