package dev.treadle.training.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.training.GoldenModels;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tokens.Sequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who sees whom, and that both ways of computing it are one. */
final class AttentionTest {
  private static final double STEP = 1e-5;

  @TempDir private Path folder;

  @BeforeAll
  static void load() {
    Libtorch.load();
  }

  private static Network open(Path base, Weights weights, Tuned tuned, Arithmetic arithmetic) {
    return Network.open(ModelShape.read(base), weights, tuned, NetworkOptions.of(arithmetic, 1, 2));
  }

  @Test
  void aLayerWithAWindowSeesNoFurther() throws IOException {
    Path base = GoldenModels.copy("tuned/qwen2/base", folder.resolve("base"));
    GoldenModels.edit(
        base.resolve("config.json"),
        "\"use_sliding_window\": false",
        "\"use_sliding_window\": true");
    GoldenModels.edit(
        base.resolve("config.json"), "\"sliding_window\": null", "\"sliding_window\": 2");
    windowed(base);
    int[] tokens = {1, 2, 3, 4, 5, 6};
    int[] others = {9, 2, 3, 4, 5, 6};
    Path whole = GoldenModels.folder("tuned/qwen2/base");
    try (Weights weights = Weights.open(base);
        Network windowed = open(base, weights, new Tuned.Nothing(), Arithmetic.FLOAT32);
        Weights same = Weights.open(whole);
        Network free = open(whole, same, new Tuned.Nothing(), Arithmetic.FLOAT32)) {
      float[][] one = windowed.logits(tokens);
      float[][] other = windowed.logits(others);
      // Two layers that see one token back see two together.
      assertThat(one[2]).isNotEqualTo(other[2]);
      assertThat(one[3]).isEqualTo(other[3]);
      assertThat(one[5]).isEqualTo(other[5]);
      assertThat(free.logits(tokens)[5]).isNotEqualTo(free.logits(others)[5]);
    }
  }

  /** Old configurations count from a layer on, new ones name each. */
  private static void windowed(Path base) throws IOException {
    ModelShape shape = ModelShape.read(base);
    if (shape.windows().stream().allMatch(java.util.Optional::isEmpty)) {
      GoldenModels.edit(base.resolve("config.json"), "full_attention", "sliding_attention");
    }
  }

  /** Longer than what dense attention takes, so that libtorch's own computes it. */
  @Test
  void longSequencesHaveTheGradientsOfFiniteDifferencesToo() {
    Path base = GoldenModels.folder("tuned/qwen3/base");
    SplittableRandom random = new SplittableRandom(4);
    boolean[] targets = new boolean[600];
    Arrays.fill(targets, 590, 600, true);
    List<Sequence> batch = List.of(new Sequence(random.ints(600, 0, 60).toArray(), targets));
    try (Weights weights = Weights.open(base);
        Network network = open(base, weights, new Tuned.Everything(), Arithmetic.FLOAT64)) {
      Parameters parameters = network.parameters();
      network.learn(batch, 1, Dropout.NONE);
      for (String name : List.of("q_proj", "k_proj", "v_proj")) {
        Parameters.Slot slot = parameters.slot("model.layers.0.self_attn." + name + ".weight");
        long place = slot.offset() + random.nextLong(slot.elements());
        double gradient = parameters.gradients().all().data_ptr_double().get(place);
        double value = parameters.values().data_ptr_double().get(place);
        parameters.values().data_ptr_double().put(place, value + STEP);
        double above = network.cost(batch).loss();
        parameters.values().data_ptr_double().put(place, value - STEP);
        double below = network.cost(batch).loss();
        parameters.values().data_ptr_double().put(place, value);
        assertThat(gradient)
            .isCloseTo((above - below) / (2 * STEP), org.assertj.core.api.Assertions.within(1e-6));
      }
    }
  }
}
