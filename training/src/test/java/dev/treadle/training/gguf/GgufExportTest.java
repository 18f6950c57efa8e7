package dev.treadle.training.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.training.GoldenModels;
import dev.treadle.training.RandomModel;
import dev.treadle.training.TrainingError;
import dev.treadle.training.model.Architecture;
import dev.treadle.training.safetensors.Dtype;
import dev.treadle.training.safetensors.SafetensorsFile;
import dev.treadle.training.safetensors.SafetensorsHeader;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written for a model, and what is refused. */
class GgufExportTest {
  @TempDir private Path place;

  private Path model(Architecture architecture, Dtype dtype, RandomModel.Change change)
      throws IOException {
    return RandomModel.make(place.resolve("model"), architecture, 64, dtype, change);
  }

  private ExportResult export(Path model, GgufForm form) {
    Path file = place.resolve(form.wire() + ".gguf");
    return new GgufExport(new ExportSettings(model, file, form, 2), (_, _, _) -> {}).run();
  }

  @ParameterizedTest
  @EnumSource
  void writesWhatTheModelIs(Architecture architecture) throws IOException {
    Path model = model(architecture, Dtype.BF16, _ -> {});
    ExportResult result = export(model, GgufForm.Q8_0);

    assertThat(result.fellBack()).isZero();
    assertThat(result.forms().keySet()).containsExactly(GgmlType.F32, GgmlType.Q8_0);
    try (GgufFile file = GgufFile.open(result.output())) {
      String prefix = file.architecture();
      assertThat(prefix).isEqualTo(architecture.name().toLowerCase(java.util.Locale.ROOT));
      assertThat(file.contextLength()).hasValue(256);
      assertThat(file.ofArchitecture("attention.head_count_kv")).hasValue(1);
      boolean isQwen3 = architecture == Architecture.QWEN3;
      assertThat(file.ofArchitecture("attention.key_length").isPresent()).isEqualTo(isQwen3);
      boolean isLlama = architecture == Architecture.LLAMA;
      assertThat(file.keys())
          .containsEntry("tokenizer.ggml.add_bos_token", new GgufValue.Truth(isLlama))
          .containsEntry("general.file_type", GgufValue.u32(7));
      assertThat(file.text("tokenizer.ggml.pre")).hasValue(isLlama ? "smaug-bpe" : "qwen2");
      assertThat(file.chatTemplate().orElseThrow()).contains("messages");
      assertThat(file.tensors()).doesNotContainKey("output.weight");
      assertThat(file.tensors().containsKey("blk.1.attn_q.bias"))
          .isEqualTo(architecture == Architecture.QWEN2);
      GgufTensor norm = Objects.requireNonNull(file.tensors().get("blk.0.ffn_norm.weight"));
      assertThat(norm.type()).isEqualTo(GgmlType.F32);
    }
  }

  @Test
  void writesTheSameBytesOnAnyNumberOfThreads() throws IOException {
    Path model = model(Architecture.LLAMA, Dtype.F32, _ -> {});
    for (GgufForm form : GgufForm.values()) {
      export(model, form);
      Path other = place.resolve("other.gguf");
      new GgufExport(new ExportSettings(model, other, form, 7), (_, _, _) -> {}).run();
      assertThat(other).hasSameBinaryContentAs(place.resolve(form.wire() + ".gguf"));
      Files.delete(other);
    }
  }

  /** Row r of a head's pair i and half j is row 2i + j: written out, not computed by the code. */
  @Test
  void interleavesTheRowsOfLlamasQueriesAndKeys() throws IOException {
    Path model = model(Architecture.LLAMA, Dtype.F32, it -> it.put("attention_bias", true));
    ExportResult result = export(model, GgufForm.F32);
    try (GgufFile file = GgufFile.open(result.output());
        SafetensorsFile source = SafetensorsFile.open(model.resolve("model.safetensors"))) {
      for (String name : List.of("q", "k", "v")) {
        float[] wanted = floats(source, "model.layers.1.self_attn." + name + "_proj.weight");
        float[] bias = floats(source, "model.layers.1.self_attn." + name + "_proj.bias");
        GgufTensor weight =
            Objects.requireNonNull(file.tensors().get("blk.1.attn_" + name + ".weight"));
        GgufTensor addend =
            Objects.requireNonNull(file.tensors().get("blk.1.attn_" + name + ".bias"));
        for (int head = 0; head < weight.rows() / 32; head++) {
          for (int pair = 0; pair < 16; pair++) {
            for (int half = 0; half < 2; half++) {
              int from = name.equals("v") ? 2 * pair + half : 16 * half + pair;
              float[] row = file.row(weight, 32 * head + 2 * pair + half);
              assertThat(row[5]).isEqualTo(wanted[(32 * head + from) * 64 + 5]);
              assertThat(file.row(addend, 0)[32 * head + 2 * pair + half])
                  .isEqualTo(bias[32 * head + from]);
            }
          }
        }
      }
    }
  }

  private static float[] floats(SafetensorsFile file, String name) {
    SafetensorsHeader.Entry entry = Objects.requireNonNull(file.header().tensors().get(name));
    ByteBuffer bytes =
        ByteBuffer.allocate((int) entry.tensor().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    file.read(entry, 0, bytes);
    float[] numbers = new float[(int) entry.tensor().elements()];
    bytes.flip().asFloatBuffer().get(numbers);
    return numbers;
  }

  @Test
  void writesLlama3sFactors() throws IOException {
    Path model =
        model(
            Architecture.LLAMA,
            Dtype.F16,
            it ->
                it.putObject("rope_scaling")
                    .put("rope_type", "llama3")
                    .put("factor", 8.0)
                    .put("low_freq_factor", 1.0)
                    .put("high_freq_factor", 4.0)
                    .put("original_max_position_embeddings", 8192));
    try (GgufFile file = GgufFile.open(export(model, GgufForm.F16).output())) {
      float[] factors =
          file.row(Objects.requireNonNull(file.tensors().get("rope_freqs.weight")), 0);
      assertThat(factors).hasSize(16);
      assertThat(factors[0]).isEqualTo(1);
      assertThat(factors[15]).isEqualTo(8, within(1e-5f));
    }
  }

  @Test
  void fallsBackWhereRowsAreNoWholeBlocks() throws IOException {
    Path model = model(Architecture.QWEN3, Dtype.F32, it -> it.put("intermediate_size", 100));
    ExportResult result = export(model, GgufForm.Q8_0);
    assertThat(result.fellBack()).isEqualTo(2);
    assertThat(result.forms()).containsEntry(GgmlType.F16, 2);
    assertThat(result.notes()).anyMatch(it -> it.startsWith("2 tensors are F16"));
  }

  @ParameterizedTest
  @CsvSource({"F16, 70000", "Q8_0, 1e8", "F32, NaN", "BF16, Infinity"})
  void refusesNumbersThatTheFormCannotHold(GgufForm form, float number) throws IOException {
    Path model = model(Architecture.QWEN3, Dtype.F32, _ -> {});
    Path weights = model.resolve("model.safetensors");
    String name = "model.layers.1.mlp.up_proj.weight";
    try (SafetensorsFile file = SafetensorsFile.open(weights);
        FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      SafetensorsHeader.Entry entry = Objects.requireNonNull(file.header().tensors().get(name));
      ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, number);
      channel.write(bytes, file.header().dataStart() + entry.begin() + 400);
    }
    fails(model, form, TrainingError.NOT_FINITE, name);
    assertThat(place.resolve(form.wire() + ".gguf")).doesNotExist();
    if (form == GgufForm.F16) {
      fails(model, form, TrainingError.NOT_FINITE, "take --type bf16 or f32");
      assertThat(export(model, GgufForm.BF16).checkedNumbers()).isPositive();
    }
  }

  @Test
  void refusesWhatLlamaCppWouldComputeOtherwise() throws IOException {
    Map<String, RandomModel.Change> changes =
        Map.of(
            "sliding window",
            it ->
                it.put("use_sliding_window", true)
                    .put("sliding_window", 16)
                    .put("max_window_layers", 0),
            "biases",
            it -> it.put("attention_bias", true),
            "beta_fast",
            it ->
                it.putObject("rope_scaling")
                    .put("rope_type", "yarn")
                    .put("factor", 4.0)
                    .put("beta_fast", 16.0),
            "'llama3' in another model",
            it ->
                it.putObject("rope_scaling")
                    .put("rope_type", "llama3")
                    .put("factor", 8.0)
                    .put("low_freq_factor", 1.0)
                    .put("high_freq_factor", 4.0)
                    .put("original_max_position_embeddings", 8192));
    for (Map.Entry<String, RandomModel.Change> it : changes.entrySet()) {
      Path model =
          RandomModel.make(
              place.resolve("of " + it.getKey()), Architecture.QWEN3, 64, Dtype.F32, it.getValue());
      fails(model, GgufForm.F16, TrainingError.MODEL_UNSUPPORTED, it.getKey());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"type\":\"BPE\" | \"type\":\"WordPiece\" | type 'WordPiece'",
        "\"behavior\":\"Isolated\" | \"behavior\":\"Removed\" | a pre_tokenizer",
        "{\"type\":\"NFC\"} | {\"type\":\"NFKC\"} | normalizer 'NFKC'",
        "\"ignore_merges\":false | \"ignore_merges\":true | with ignore_merges",
        "\"lstrip\":false | \"lstrip\":true | takes spaces with it",
        "\"unk_token\":null | \"unk_token\":\"<unk>\" | 'unk_token'"
      })
  void refusesATokenizerThatLlamaCppHasNot(String text, String by, String said) throws IOException {
    Path model = model(Architecture.QWEN2, Dtype.F32, _ -> {});
    Path file = model.resolve("tokenizer.json");
    // However it was spaced.
    Files.writeString(file, dev.treadle.transcript.Json.read(Files.readAllBytes(file)).toString());
    GoldenModels.edit(file, text, by);
    fails(model, GgufForm.F32, TrainingError.TOKENIZER_UNFIT, said);
  }

  @Test
  void padsTheVocabularyAndNamesWhatEnds() throws IOException {
    Path model = model(Architecture.QWEN2, Dtype.F32, it -> it.put("vocab_size", 640));
    try (GgufFile file = GgufFile.open(export(model, GgufForm.F16).output())) {
      GgufValue.Items tokens = (GgufValue.Items) key(file, "tokens");
      GgufValue.Items types = (GgufValue.Items) key(file, "token_type");
      assertThat(tokens.values()).hasSize(640).endsWith(new GgufValue.Text("[PAD639]"));
      assertThat(types.values()).hasSize(640).endsWith(type(5)).startsWith(type(1));
      int think = tokens.values().indexOf(new GgufValue.Text("<think>"));
      int end = tokens.values().indexOf(new GgufValue.Text("<|im_end|>"));
      assertThat(types.values().get(think)).isEqualTo(type(4));
      assertThat(types.values().get(end)).isEqualTo(type(3));
      assertThat(key(file, "eos_token_id")).isEqualTo(GgufValue.u32(end));
      assertThat(((GgufValue.Items) key(file, "eos_token_ids")).values()).hasSize(2);
    }
  }

  private static GgufValue key(GgufFile file, String name) {
    return Objects.requireNonNull(file.keys().get("tokenizer.ggml." + name));
  }

  private static GgufValue type(int type) {
    return new GgufValue.Whole(GgufValue.Kind.I32, type);
  }

  private void fails(Path model, GgufForm form, TrainingError code, String said) {
    assertThatThrownBy(() -> export(model, form))
        .hasMessageContaining(said)
        .isInstanceOfSatisfying(
            TreadleException.class, it -> assertThat(it.code()).isEqualTo(code));
    try (var files = Files.list(place)) {
      assertThat(files).noneMatch(it -> it.toString().endsWith(".part"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
