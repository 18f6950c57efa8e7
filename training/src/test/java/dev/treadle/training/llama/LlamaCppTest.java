package dev.treadle.training.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.RandomModel;
import dev.treadle.training.TrainingError;
import dev.treadle.training.gguf.ExportSettings;
import dev.treadle.training.gguf.GgufExport;
import dev.treadle.training.gguf.GgufForm;
import dev.treadle.training.model.Architecture;
import dev.treadle.training.model.ModelShape;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.Weights;
import dev.treadle.training.tensor.Arithmetic;
import dev.treadle.training.tensor.Libtorch;
import dev.treadle.training.tensor.Network;
import dev.treadle.training.tensor.NetworkOptions;
import dev.treadle.training.tensor.Tuned;
import dev.treadle.training.tokens.Tokenizer;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/** Models that we wrote, in llama.cpp, against our own engine and tokenizer. */
class LlamaCppTest {
  private static final int CONTEXT = 256;

  private static final List<String> PROMPTS =
      List.of("The quick", "def greet(name", "Привет, мир! 12", "👩‍💻 isn't", "a".repeat(90));

  @TempDir private Path place;

  /** Models that differ in what is written for them. */
  private enum Kind {
    LLAMA(Architecture.LLAMA),
    LLAMA_WITH_BIASES(Architecture.LLAMA) {
      @Override
      void change(ObjectNode it) {
        it.put("attention_bias", true).put("tie_word_embeddings", false);
      }
    },
    LLAMA_3(Architecture.LLAMA) {
      @Override
      void change(ObjectNode it) {
        it.putObject("rope_scaling")
            .put("rope_type", "llama3")
            .put("factor", 8.0)
            .put("low_freq_factor", 1.0)
            .put("high_freq_factor", 4.0)
            .put("original_max_position_embeddings", 64);
      }
    },
    LLAMA_LINEAR(Architecture.LLAMA) {
      @Override
      void change(ObjectNode it) {
        it.putObject("rope_scaling").put("rope_type", "linear").put("factor", 4.0);
      }
    },
    LLAMA_OWN_HEADS(Architecture.LLAMA) {
      @Override
      void change(ObjectNode it) {
        it.put("head_dim", 64);
      }
    },
    QWEN2(Architecture.QWEN2),
    QWEN2_YARN(Architecture.QWEN2) {
      @Override
      void change(ObjectNode it) {
        it.put("tie_word_embeddings", false);
        it.putObject("rope_scaling")
            .put("rope_type", "yarn")
            .put("factor", 4.0)
            .put("original_max_position_embeddings", 64);
      }
    };

    private final Architecture architecture;

    Kind(Architecture architecture) {
      this.architecture = architecture;
    }

    void change(ObjectNode it) {}
  }

  private Path model(Kind kind) throws IOException {
    return RandomModel.make(place.resolve("model"), kind.architecture, 64, Dtype.F32, kind::change);
  }

  private Path export(Path model, GgufForm form) {
    Path file = model.resolveSibling(model.getFileName() + "-" + form.wire() + ".gguf");
    new GgufExport(new ExportSettings(model, file, form, 2), (_, _, _) -> {}).run();
    return file;
  }

  private static LlamaSettings settings() {
    return new LlamaSettings(CONTEXT, 1, true, OptionalLong.empty());
  }

  /** What ends an answer in llama.cpp, whichever of them the model names. */
  private static final Set<String> ENDS =
      Set.of("<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|endoftext|>");

  /**
   * Our engine's answer: the likeliest token again and again, each time computed from the start.
   */
  private static String greedy(Network network, Tokenizer tokenizer, int[] prompt, int count) {
    StringBuilder text = new StringBuilder();
    int[] tokens = prompt;
    int begun = prompt.length;
    for (int i = 0; i < count; i++) {
      int best = likeliest(network.logits(tokens)[tokens.length - 1]);
      tokens = Arrays.copyOf(tokens, tokens.length + 1);
      tokens[tokens.length - 1] = best;
      String word = tokenizer.decode(new int[] {best});
      if (word.matches("<\\|.*\\|>")) {
        text.append(tokenizer.decode(Arrays.copyOfRange(tokens, begun, tokens.length - 1)));
        begun = tokens.length;
        if (ENDS.contains(word)) {
          break;
        }
      }
    }
    return text.append(tokenizer.decode(Arrays.copyOfRange(tokens, begun, tokens.length)))
        .toString();
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int j = 1; j < logits.length; j++) {
      best = logits[j] > logits[best] ? j : best;
    }
    return best;
  }

  private static int[] prompt(Tokenizer tokenizer, String text) {
    int[] encoded = tokenizer.encode(text);
    int[] prompt = Arrays.copyOf(tokenizer.prefix(), tokenizer.prefix().length + encoded.length);
    System.arraycopy(encoded, 0, prompt, tokenizer.prefix().length, encoded.length);
    return prompt;
  }

  private static Network network(Path folder, Weights weights) {
    Libtorch.load();
    return Network.open(
        ModelShape.read(folder),
        weights,
        new Tuned.Nothing(),
        NetworkOptions.of(Arithmetic.FLOAT32, 1, 1));
  }

  @ParameterizedTest
  @EnumSource
  void continuesAsOurOwnEngineDoes(Kind kind) throws IOException {
    Path folder = model(kind);
    Path file = export(folder, GgufForm.F32);
    try (LlamaCpp llama = LlamaCpp.open(file, settings());
        Tokenizer tokenizer = Tokenizer.open(folder);
        Weights weights = Weights.open(folder);
        Network network = network(folder, weights)) {
      int compared = 0;
      for (String it : PROMPTS) {
        int[] prompt = prompt(tokenizer, it);
        List<String> pieces = new ArrayList<>();
        LlamaAnswer answer = llama.generate(it, GenerationLimits.greedy(24), pieces::add);

        assertThat(answer.promptTokens()).isEqualTo(prompt.length);
        String ours = greedy(network, tokenizer, prompt, 24);
        // A last token that ends within a character is not sent.
        assertThat(ours).startsWith(answer.text());
        assertThat(ours.substring(answer.text().length())).matches("(?s).{0,3}\ufffd+|");
        compared += answer.text().length();
        assertThat(String.join("", pieces)).isEqualTo(answer.text());
      }
      assertThat(compared).isGreaterThan(100);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LLAMA", "QWEN2"})
  void cutsTextsIntoTheSameTokens(Kind kind) throws IOException {
    Path folder = model(kind);
    try (LlamaCpp llama = LlamaCpp.open(export(folder, GgufForm.Q8_0), settings());
        Tokenizer tokenizer = Tokenizer.open(folder)) {
      List<String> texts = new ArrayList<>(RandomModel.TEXTS.lines().toList());
      texts.add(RandomModel.TEXTS);
      texts.add("<|im_start|>user\n<think>1234567</think><tool_call>{}<|im_end|>\n\n  x");
      texts.add(
          "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nA\r\n \t <|eot_id|>");
      texts.add(
          "I'LL 'tis we'Ve \u2009\u200d\ufeff e\u0300 \ud83c\udff3\ufe0f\u200d\ud83c\udf08 ١٢٣ ⅷ");
      for (String it : texts) {
        String text = Normalizer.normalize(it, Normalizer.Form.NFC);
        assertThat(llama.tokens(text)).as(text).isEqualTo(tokenizer.encode(text));
      }
      assertThat(llama.tokens("")).isEmpty();
    }
  }

  /** Not the same, as its name says, but so near that most of what is likeliest stays so. */
  @ParameterizedTest
  @EnumSource(names = {"LLAMA", "QWEN2"})
  void foretellsAlmostTheSameInAllForms(Kind kind) throws IOException {
    Path folder = model(kind);
    try (Tokenizer tokenizer = Tokenizer.open(folder);
        Weights weights = Weights.open(folder);
        Network network = network(folder, weights)) {
      int[] tokens = prompt(tokenizer, RandomModel.TEXTS);
      for (GgufForm form : GgufForm.values()) {
        int same = 0;
        int asked = 0;
        try (LlamaCpp llama = LlamaCpp.open(export(folder, form), settings())) {
          for (int length = 20; length < 140; length += 6) {
            int begin = tokenizer.prefix().length;
            int[] part = Arrays.copyOf(tokens, length);
            String text = tokenizer.decode(Arrays.copyOfRange(part, begin, length));
            if (!Arrays.equals(prompt(tokenizer, text), part)) {
              continue;
            }
            asked++;
            String one = llama.generate(text, GenerationLimits.greedy(1), _ -> true).text();
            String ours = greedy(network, tokenizer, part, 1);
            same += one.equals(ours) || (one.isEmpty() && ours.endsWith("\ufffd")) ? 1 : 0;
          }
        }
        assertThat(asked).isGreaterThan(10);
        assertThat(same)
            .as("%s of %d in %s", kind, asked, form)
            .isGreaterThanOrEqualTo(form == GgufForm.F32 ? asked : asked - 2);
      }
    }
  }

  @Test
  void endsWhereItIsTold() throws IOException {
    Path file = export(model(Kind.QWEN2), GgufForm.F32);
    try (LlamaCpp llama = LlamaCpp.open(file, settings())) {
      LlamaAnswer whole = llama.generate("The quick", GenerationLimits.greedy(12), _ -> true);
      assertThat(whole.end()).isEqualTo(LlamaAnswer.End.LENGTH);
      String stop = whole.text().substring(5, 8);
      GenerationLimits stopping = new GenerationLimits(12, 0, 1, 0, List.of("never", stop));
      LlamaAnswer stopped = llama.generate("The quick", stopping, _ -> true);
      assertThat(stopped.end()).isEqualTo(LlamaAnswer.End.STOP);
      assertThat(stopped.text()).isEqualTo(whole.text().substring(0, whole.text().indexOf(stop)));

      LlamaAnswer cancelled = llama.generate("The quick", GenerationLimits.greedy(200), _ -> false);
      assertThat(cancelled.end()).isEqualTo(LlamaAnswer.End.CANCELLED);
      assertThat(whole.text()).startsWith(cancelled.text());

      assertThatThrownBy(() -> llama.generate("x ".repeat(300), stopping, _ -> true))
          .isInstanceOfSatisfying(
              TreadleException.class,
              it -> assertThat(it.code()).isEqualTo(TrainingError.PROMPT_TOO_LONG));
    }
  }

  @Test
  void drawsTheSameWithTheSameSeed() throws IOException {
    Path file = export(model(Kind.LLAMA), GgufForm.F16);
    try (LlamaCpp llama = LlamaCpp.open(file, settings())) {
      List<String> answers = new ArrayList<>();
      for (int seed : List.of(1, 1, 2)) {
        GenerationLimits limits = new GenerationLimits(16, 1, 0.95, seed, List.of());
        answers.add(llama.generate("<|begin_of_text|>The", limits, _ -> true).text());
      }
      assertThat(answers.get(0)).isEqualTo(answers.get(1)).isNotEqualTo(answers.get(2));
    }
  }

  @Test
  void refusesWhatItCannotRun() throws IOException {
    Path qwen3 =
        RandomModel.make(place.resolve("qwen3"), Architecture.QWEN3, 64, Dtype.F32, _ -> {});
    fails(export(qwen3, GgufForm.Q8_0), settings(), TrainingError.MODEL_UNSUPPORTED, "'qwen3'");
    Path file = export(model(Kind.LLAMA), GgufForm.F32);
    LlamaSettings small = new LlamaSettings(CONTEXT, 1, false, OptionalLong.of(1000));
    fails(file, small, TrainingError.MEMORY_SHORT, "of memory");
    fails(place.resolve("none.gguf"), settings(), TrainingError.FILE_ABSENT, "there is no");
    Files.writeString(place.resolve("text.gguf"), "GGUP and more");
    fails(place.resolve("text.gguf"), settings(), TrainingError.GGUF_INVALID, "begin with GGUF");
  }

  private static void fails(Path file, LlamaSettings settings, TrainingError code, String said) {
    assertThatThrownBy(() -> LlamaCpp.open(file, settings))
        .hasMessageContaining(said)
        .isInstanceOfSatisfying(
            TreadleException.class, it -> assertThat(it.code()).isEqualTo(code));
  }
}
