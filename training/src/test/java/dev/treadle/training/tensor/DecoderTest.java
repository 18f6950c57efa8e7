package dev.treadle.training.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.training.GoldenModels;
import dev.treadle.training.adapter.Adapter;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tokens.Sequence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A text read token by token gives what it gives at once. */
final class DecoderTest {
  private static final double LOGITS = 1e-4;

  @TempDir private Path folder;

  private static int[] text(Golden golden) {
    return golden.sequences().stream()
        .map(Sequence::tokens)
        .max(Comparator.comparing(it -> it.length))
        .orElseThrow();
  }

  private static void close(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], within(LOGITS));
    }
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "deepseek", "qwen2", "qwen3"})
  void everyPositionIsAsInAFullPass(String name) throws IOException {
    try (Golden golden = Golden.open(name);
        Network network = golden.network(new Tuned.Nothing(), Arithmetic.FLOAT32)) {
      int[] text = text(golden);
      float[][] whole = network.logits(text);
      for (int prompt : new int[] {1, 2, text.length / 2, text.length}) {
        try (Decoder decoder = network.decoder(text.length)) {
          close(decoder.read(Arrays.copyOf(text, prompt), () -> false), whole[prompt - 1]);
          for (int i = prompt; i < text.length; i++) {
            close(decoder.next(text[i]), whole[i]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "deepseek", "qwen2", "qwen3"})
  void likelyTokensAreThoseWithoutMemory(String name) throws IOException {
    try (Golden golden = Golden.open(name);
        Network network = golden.network(new Tuned.Nothing(), Arithmetic.FLOAT32);
        Decoder decoder = network.decoder(64)) {
      int[] text = Arrays.copyOf(text(golden), 5);
      float[] logits = decoder.read(text, () -> false);
      for (int i = 0; i < 40; i++) {
        float[] full = network.logits(text)[text.length - 1];
        close(logits, full);
        int next = likeliest(logits);
        assertThat(next).isEqualTo(likeliest(full));
        logits = decoder.next(next);
        text = Arrays.copyOf(text, text.length + 1);
        text[text.length - 1] = next;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "deepseek", "qwen2", "qwen3"})
  void anAdapterIsAppliedBesideItsBase(String name) throws IOException {
    try (Golden golden = Golden.open(name);
        Adapter adapter = golden.adapter("after");
        Network network =
            golden.network(new Tuned.LowRank(adapter.configuration()), Arithmetic.FLOAT32)) {
      Adapters.load(adapter, network.parameters());
      int[] text = golden.sequences().getFirst().tokens();
      float[] expected = golden.tensor("logits.after.0").orElseThrow();
      int vocabulary = golden.shape().vocabulary();
      try (Decoder decoder = network.decoder(text.length)) {
        for (int i = 0; i < text.length; i++) {
          float[] logits =
              i == 0 ? decoder.read(Arrays.copyOf(text, 1), () -> false) : decoder.next(text[i]);
          close(logits, Arrays.copyOfRange(expected, i * vocabulary, (i + 1) * vocabulary));
        }
      }
    }
  }

  /** Rounded otherwise, but no worse than a full pass that is rounded, too. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void roundsNoWorseThanAFullPass(String name) throws IOException {
    try (Golden golden = Golden.open(name);
        Network exact = golden.network(new Tuned.Nothing(), Arithmetic.FLOAT32);
        Network rounded = golden.network(new Tuned.Nothing(), Arithmetic.BFLOAT16);
        Decoder decoder = rounded.decoder(64)) {
      int[] text = text(golden);
      float[][] expected = exact.logits(text);
      float[][] full = rounded.logits(text);
      float[][] stepped = new float[text.length][];
      stepped[0] = decoder.read(Arrays.copyOf(text, 1), () -> false);
      for (int i = 1; i < text.length; i++) {
        stepped[i] = decoder.next(text[i]);
      }
      assertThat(distance(stepped, expected)).isBetween(1e-9, 2 * distance(full, expected));
    }
  }

  private static double distance(float[][] found, float[][] expected) {
    double sum = 0;
    for (int i = 0; i < found.length; i++) {
      for (int j = 0; j < found[i].length; j++) {
        sum += Math.abs(found[i][j] - expected[i][j]);
      }
    }
    return sum;
  }

  @Test
  void windowsAreKept() throws IOException {
    Path base = GoldenModels.copy("tuned/qwen2/base", folder.resolve("base"));
    Path file = base.resolve("config.json");
    GoldenModels.edit(file, "\"use_sliding_window\": false", "\"use_sliding_window\": true");
    GoldenModels.edit(file, "\"sliding_window\": null", "\"sliding_window\": 3");
    GoldenModels.edit(
        file,
        "\"full_attention\",\n    \"full_attention\"",
        "\"full_attention\",\n    \"sliding_attention\"");
    Libtorch.load();
    try (Weights weights = Weights.open(base);
        Network network =
            Network.open(
                ModelShape.read(base),
                weights,
                new Tuned.Nothing(),
                NetworkOptions.of(Arithmetic.FLOAT32, 1, 2))) {
      int[] text = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
      float[][] whole = network.logits(text);
      for (int prompt : new int[] {1, 2, 5, 10}) {
        try (Decoder decoder = network.decoder(10)) {
          close(decoder.read(Arrays.copyOf(text, prompt), () -> false), whole[prompt - 1]);
          // Several tokens after some that are there, too.
          close(decoder.read(text, () -> false), whole[9]);
          close(decoder.read(Arrays.copyOf(text, prompt), () -> false), whole[prompt - 1]);
          for (int i = prompt; i < text.length; i++) {
            close(decoder.next(text[i]), whole[i]);
          }
        }
      }
    }
  }

  @Test
  void aBeginningThatWasReadIsNotReadAgain() throws IOException {
    try (Golden golden = Golden.open("qwen3");
        Network network = golden.network(new Tuned.Nothing(), Arithmetic.FLOAT32);
        Decoder decoder = network.decoder(64)) {
      int[] text = Arrays.copyOf(text(golden), 12);
      decoder.read(text, () -> false);
      assertThat(decoder.reused()).isZero();
      float[] again = decoder.read(text, () -> false);
      assertThat(decoder.reused()).isEqualTo(11);
      close(again, network.logits(text)[11]);

      int[] other = text.clone();
      other[7]++;
      close(decoder.read(other, () -> false), network.logits(other)[11]);
      assertThat(decoder.reused()).isEqualTo(7);

      int[] shorter = Arrays.copyOf(other, 4);
      close(decoder.read(shorter, () -> false), network.logits(shorter)[3]);
      assertThat(decoder.length()).isEqualTo(4);
    }
  }

  @Test
  void longPromptsAreReadInPieces() throws IOException {
    try (Golden golden = Golden.open("llama");
        Network network = golden.network(new Tuned.Nothing(), Arithmetic.FLOAT32);
        Decoder decoder = network.decoder(700)) {
      int[] text = new int[600];
      for (int i = 0; i < text.length; i++) {
        text[i] = (i * 7 + i / 13) % golden.shape().vocabulary();
      }
      close(decoder.read(text, () -> false), network.logits(text)[599]);

      int[] asked = {0};
      text[0]++;
      assertThat(decoder.read(text, () -> ++asked[0] > 2)).isEmpty();
      assertThat(decoder.length()).isEqualTo(512);
      close(decoder.read(text, () -> false), network.logits(text)[599]);
      assertThat(decoder.reused()).isEqualTo(512);
    }
  }

  @Test
  void aFullContextEndsThere() throws IOException {
    try (Golden golden = Golden.open("qwen2");
        Network network = golden.network(new Tuned.Nothing(), Arithmetic.FLOAT32);
        Decoder decoder = network.decoder(4)) {
      decoder.read(new int[] {1, 2, 3, 4}, () -> false);
      assertThatThrownBy(() -> decoder.next(5)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> decoder.read(new int[5], () -> false))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> decoder.read(new int[0], () -> false))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
