package dev.treadle.training.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.GoldenModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {
  @TempDir Path folder;

  @Test
  void opensShardsAndASingleFile() {
    try (Weights shards = Weights.open(GoldenModels.folder("llama").resolve("base"));
        Weights single = Weights.open(GoldenModels.folder("llama").resolve("merged"))) {
      assertThat(shards.shardCount()).isEqualTo(3);
      assertThat(single.shardCount()).isEqualTo(1);
      assertThat(shards.tensors().keySet()).hasSameElementsAs(single.tensors().keySet());
      assertThat(shards.bytes()).isEqualTo(8608);
    }
  }

  @Test
  void writesTheIndexLetterForLetter() throws IOException {
    Path golden = GoldenModels.folder("llama").resolve("base");
    try (Weights base = Weights.open(golden)) {
      List<TensorShape> shapes = new ArrayList<>();
      base.tensors().values().forEach(it -> shapes.add(it.shape()));
      Map<String, byte[]> index = new ShardedWeights(folder, shapes, 4096).index();
      String written =
          new String(index.getOrDefault(Weights.INDEX, new byte[0]), StandardCharsets.UTF_8);
      String theirs = Files.readString(golden.resolve(Weights.INDEX));
      // Where each tensor lies follows from the order in which they came; the form must be theirs.
      assertThat(written.replaceAll("-\\d{5}-", "-N-"))
          .isEqualTo(theirs.replaceAll("-\\d{5}-", "-N-"));
    }
  }

  @Test
  void aTensorLargerThanAShardGetsOneOfItsOwn() {
    List<TensorShape> shapes = new ArrayList<>();
    for (long it : new long[] {10, 100, 10, 10, 25}) {
      shapes.add(new TensorShape("t" + shapes.size(), Dtype.U8, List.of(it)));
    }
    ShardPlan plan = ShardPlan.of(shapes, 30);

    assertThat(plan.shards().stream().map(ShardPlan.Shard::bytes))
        .containsExactly(10L, 100L, 20L, 25L);
    assertThat(plan.shards().getLast().file()).isEqualTo("model-00004-of-00004.safetensors");
  }

  @Test
  void refusesAnIndexThatIsNotTrue() throws IOException {
    Path base = GoldenModels.copy("llama", folder.resolve("llama")).resolve("base");
    Path index = base.resolve(Weights.INDEX);
    String good = Files.readString(index);

    Files.writeString(index, good.replace("\"lm_head.weight\"", "\"other.weight\""));
    assertThatThrownBy(() -> Weights.open(base)).hasMessageContaining("lm_head.weight");
    Files.writeString(index, good.replace("model-00003-of", "../model-00003-of"));
    assertThatThrownBy(() -> Weights.open(base)).hasMessageContaining("no shard's name");
    Files.writeString(index, "{}");
    assertThatThrownBy(() -> Weights.open(base)).hasMessageContaining("has no weight_map");
    Files.writeString(index, "[");
    assertThatThrownBy(() -> Weights.open(base)).hasMessageContaining("not JSON");
    Files.writeString(index, good);
    Files.delete(base.resolve("model-00002-of-00003.safetensors"));
    assertThatThrownBy(() -> Weights.open(base)).hasMessageContaining("there is no ");
    Files.delete(index);
    Files.createFile(base.resolve("pytorch_model.bin"));
    assertThatThrownBy(() -> Weights.open(base)).hasMessageContaining("pickled");
  }
}
