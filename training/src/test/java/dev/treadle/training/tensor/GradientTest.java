package dev.treadle.training.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.training.adapter.AdapterConfiguration;
import dev.treadle.training.adapter.Targets;
import dev.treadle.training.tokens.Sequence;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients are those of finite differences, and do not hang on how they are computed. */
final class GradientTest {
  private static final double STEP = 1e-5;

  private static AdapterConfiguration all(double dropout) {
    AdapterConfiguration it = AdapterConfiguration.of(3, 6, new Targets.AllLinear());
    return new AdapterConfiguration(
        Optional.empty(),
        it.rank(),
        it.alpha(),
        dropout,
        true,
        it.targets(),
        it.excluded(),
        it.ranks(),
        it.alphas(),
        AdapterConfiguration.Bias.ALL,
        it.savedModules(),
        it.layers(),
        it.layerLists());
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void allWeightsHaveTheGradientsOfFiniteDifferences(String name) throws IOException {
    try (Golden golden = Golden.open(name);
        Network network = golden.network(new Tuned.Everything(), Arithmetic.FLOAT64)) {
      check(golden, network, Dropout.NONE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void adaptersHaveThemWithDropoutToo(String name) throws IOException {
    try (Golden golden = Golden.open(name);
        Network network = golden.network(new Tuned.LowRank(all(0.3)), Arithmetic.FLOAT64)) {
      SplittableRandom random = new SplittableRandom(5);
      for (String it : network.parameters().names()) {
        if (it.endsWith(".lora_B")) {
          network.parameters().spread(it, 0.3, random);
        }
      }
      check(golden, network, Dropout.NONE);
      check(golden, network, new Dropout(0.3, 7, 11));
    }
  }

  /** A few numbers of each array are moved a little, and the loss is computed again. */
  private static void check(Golden golden, Network network, Dropout dropout) {
    Parameters parameters = network.parameters();
    List<Sequence> batch = golden.sequences().subList(2, 6);
    parameters.clearGradients();
    network.learn(batch, 1, dropout);
    SplittableRandom random = new SplittableRandom(3);
    for (Parameters.Slot it : parameters.slots().values()) {
      for (int i = 0; i < 3; i++) {
        long place = it.offset() + random.nextLong(it.elements());
        double gradient = parameters.gradients().all().data_ptr_double().get(place);
        double value = parameters.values().data_ptr_double().get(place);
        parameters.values().data_ptr_double().put(place, value + STEP);
        double above = loss(network, batch, dropout);
        parameters.values().data_ptr_double().put(place, value - STEP);
        double below = loss(network, batch, dropout);
        parameters.values().data_ptr_double().put(place, value);
        double difference = (above - below) / (2 * STEP);
        assertThat(gradient)
            .as("%s at %s", it.name(), place - it.offset())
            .isCloseTo(difference, within(1e-6 * Math.max(1, Math.abs(difference))));
      }
    }
  }

  /** With dropout, as the way that learns computes it; what that adds to gradients is undone. */
  private static double loss(Network network, List<Sequence> batch, Dropout dropout) {
    if (dropout.isNone()) {
      return network.cost(batch).loss();
    }
    try (Tensor before = network.parameters().gradients().all().clone()) {
      double loss = network.learn(batch, 1, dropout).loss();
      network.parameters().gradients().all().copy_(before);
      return loss;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "deepseek", "qwen2", "qwen3"})
  void layersComputedAgainGiveTheSameBits(String name) throws IOException {
    try (Golden golden = Golden.open(name)) {
      assertThat(gradients(golden, options(true, 256), golden.sequences()))
          .isEqualTo(gradients(golden, options(false, 256), golden.sequences()));
    }
  }

  @Test
  void logitsInPiecesGiveTheSame() throws IOException {
    try (Golden golden = Golden.open("qwen3")) {
      near(
          gradients(golden, options(false, 3), golden.sequences()),
          gradients(golden, options(false, 1000), golden.sequences()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void sequencesEndToEndDoNotSeeEachOther(String name) throws IOException {
    try (Golden golden = Golden.open(name);
        Network network = golden.network(new Tuned.Nothing(), Arithmetic.FLOAT32)) {
      double alone = 0;
      for (Sequence it : golden.sequences()) {
        alone += network.cost(List.of(it)).loss();
      }
      Network.Cost packed = network.cost(golden.sequences());
      assertThat(packed.mean()).isCloseTo(alone / packed.targets(), within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "deepseek", "qwen2", "qwen3"})
  void prepackedMatricesGiveTheSame(String name) throws IOException {
    try (Golden golden = Golden.open(name)) {
      NetworkOptions plain = options(false, 256);
      float[] prepacked = gradients(golden, plain.withPrepacking(true), golden.sequences());

      near(prepacked, gradients(golden, plain, golden.sequences()));
      assertThat(gradients(golden, options(true, 256).withPrepacking(true), golden.sequences()))
          .isEqualTo(prepacked);
    }
  }

  /** One thread alone computes with OpenBLAS on all cores. */
  @Test
  void aSingleSequenceHasTheSameBitsWithPrepackedMatrices() throws IOException {
    try (Golden golden = Golden.open("qwen2")) {
      List<Sequence> one = golden.sequences().subList(3, 4);
      assertThat(gradients(golden, options(false, 256).withPrepacking(true), one))
          .isEqualTo(gradients(golden, options(false, 256), one));
    }
  }

  private static NetworkOptions options(boolean recomputes, int chunk) {
    return new NetworkOptions(
        Arithmetic.FLOAT32, false, false, recomputes, chunk, 9, 2, Device.CPU);
  }

  private static float[] gradients(
      Golden golden, NetworkOptions options, List<Sequence> sequences) {
    try (Network network =
        Network.open(golden.shape(), golden.weights(), new Tuned.LowRank(all(0.1)), options)) {
      SplittableRandom random = new SplittableRandom(5);
      for (String it : network.parameters().names()) {
        if (it.endsWith(".lora_B")) {
          network.parameters().spread(it, 0.3, random);
        }
      }
      network.learn(sequences, 0.01, new Dropout(0.1, 2, 3));
      float[] gradients = new float[Math.toIntExact(network.parameters().size())];
      network.parameters().gradients().all().data_ptr_float().get(gradients);
      return gradients;
    }
  }

  private static void near(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }
}
