package dev.treadle.training.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.training.tokens.Sequence;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers are those of transformers and PEFT. */
final class ParityTest {
  private static final double LOGITS = 1e-4;
  private static final double LOSSES = 1e-4;

  /** Where a gradient is next to nothing, AdamW makes a whole step of its sign. */
  private static final double WEIGHTS = 1e-4;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "deepseek", "qwen2", "qwen3"})
  void foretellsAsTransformersDoes(String name) throws IOException {
    try (Golden golden = Golden.open(name);
        Network network = golden.network(new Tuned.Nothing(), Arithmetic.FLOAT32)) {
      assertThat(compare(golden, network, "logits.base.")).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "deepseek", "qwen2", "qwen3"})
  void foretellsWithPeftsAdapterAsPeftDoes(String name) throws IOException {
    try (Golden golden = Golden.open(name);
        Adapter adapter = golden.adapter("after");
        Network network =
            golden.network(new Tuned.LowRank(adapter.configuration()), Arithmetic.FLOAT32)) {
      Adapters.load(adapter, network.parameters());
      assertThat(compare(golden, network, "logits.after.")).isPositive();
    }
  }

  private static int compare(Golden golden, Network network, String prefix) {
    List<String> names = golden.names(prefix);
    for (String it : names) {
      int[] tokens =
          golden.sequences().get(Integer.parseInt(it.substring(prefix.length()))).tokens();
      float[] expected = golden.tensor(it).orElseThrow();
      float[][] logits = network.logits(tokens);
      int at = 0;
      for (float[] row : logits) {
        for (float logit : row) {
          assertThat((double) logit).isCloseTo(expected[at++], within(LOGITS));
        }
      }
      assertThat(at).isEqualTo(expected.length);
    }
    return names.size();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "deepseek", "qwen2", "qwen3"})
  void tunesAnAdapterAsPeftDoes(String name) throws IOException {
    checkSteps(name, NetworkOptions.of(Arithmetic.FLOAT32, 1, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "deepseek", "qwen2", "qwen3"})
  void tunesAnAdapterBesidePrepackedMatricesAsPeftDoes(String name) throws IOException {
    checkSteps(name, NetworkOptions.of(Arithmetic.FLOAT32, 1, 2).withPrepacking(true));
  }

  private static void checkSteps(String name, NetworkOptions options) throws IOException {
    try (Golden golden = Golden.open(name);
        Adapter first = golden.adapter("adapter");
        Adapter after = golden.adapter("after");
        Network network = golden.network(new Tuned.LowRank(first.configuration()), options)) {
      Parameters parameters = network.parameters();
      Adapters.load(first, parameters);
      steps(golden, network, "lora", golden.setting("learning_rate"), 20);
      int compared = 0;
      for (Map.Entry<String, Adapter.Pair> it : after.pairs().entrySet()) {
        equal(
            parameters.read(it.getKey() + ".lora_A"),
            Golden.floats(after.file(), it.getValue().a()));
        equal(
            parameters.read(it.getKey() + ".lora_B"),
            Golden.floats(after.file(), it.getValue().b()));
        compared += 2;
      }
      for (Map.Entry<String, SafetensorsHeader.Entry> it : after.whole().entrySet()) {
        equal(parameters.read(it.getKey()), Golden.floats(after.file(), it.getValue()));
        compared++;
      }
      assertThat(compared).isEqualTo(parameters.slots().size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "deepseek", "qwen2", "qwen3"})
  void tunesAllWeightsAsTransformersDoes(String name) throws IOException {
    try (Golden golden = Golden.open(name);
        Network network = golden.network(new Tuned.Everything(), Arithmetic.FLOAT32)) {
      steps(golden, network, "full", golden.setting("full_learning_rate"), 5);
      for (String it : golden.names("full.")) {
        equal(network.parameters().read(it.substring(5)), golden.tensor(it).orElseThrow());
      }
    }
  }

  private static void steps(
      Golden golden, Network network, String kind, double learningRate, int count) {
    AdamW.Settings settings =
        new AdamW.Settings(
            golden.setting("beta1"),
            golden.setting("beta2"),
            golden.setting("epsilon"),
            golden.setting("weight_decay"));
    try (AdamW optimizer = new AdamW(network.parameters(), settings)) {
      for (int i = 0; i < count; i++) {
        List<List<Sequence>> window = golden.steps().get(i);
        long targets = window.stream().flatMap(List::stream).mapToLong(Sequence::targetCount).sum();
        Network.Cost cost = new Network.Cost(0, 0, 0);
        for (List<Sequence> it : window) {
          cost = cost.plus(network.learn(it, 1.0 / targets, Dropout.NONE));
        }
        if (i == 0 && kind.equals("lora")) {
          gradients(golden, network.parameters());
        }
        double norm = optimizer.step(learningRate, golden.setting("max_gradient_norm"));
        assertThat(cost.mean())
            .as("loss of step %s", i + 1)
            .isCloseTo(
                golden.json().path(kind).path("losses").get(i).doubleValue(), within(LOSSES));
        assertThat(norm)
            .as("norm of step %s", i + 1)
            .isCloseTo(golden.json().path(kind).path("norms").get(i).doubleValue(), within(1e-4));
      }
    }
  }

  private static void gradients(Golden golden, Parameters parameters) {
    List<String> names = golden.names("gradient.");
    assertThat(names).isNotEmpty();
    for (String it : names) {
      String name =
          it.substring("gradient.base_model.model.".length())
              .replace(".weight", "")
              .replace(".base_layer", "");
      equal(parameters.readGradient(name), golden.tensor(it).orElseThrow());
    }
  }

  private static void equal(FloatBuffer found, float[] expected) {
    assertThat(found.remaining()).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found.get(i)).isCloseTo(expected[i], within(WEIGHTS));
    }
  }
}
