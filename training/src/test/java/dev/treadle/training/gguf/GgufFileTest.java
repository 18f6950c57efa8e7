package dev.treadle.training.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading GGUF files, of which nothing can be trusted. */
class GgufFileTest {
  @TempDir private Path place;

  private static Map<String, GgufValue> keys() {
    Map<String, GgufValue> keys = new LinkedHashMap<>();
    keys.put("general.architecture", new GgufValue.Text("llama"));
    keys.put("llama.context_length", GgufValue.u32(4_000_000_000L));
    keys.put("real", GgufValue.f32(1e-5));
    keys.put("wide", new GgufValue.Real(GgufValue.Kind.F64, Math.PI));
    keys.put("long", new GgufValue.Whole(GgufValue.Kind.I64, -5));
    keys.put("small", new GgufValue.Whole(GgufValue.Kind.I8, -5));
    keys.put("yes", new GgufValue.Truth(true));
    keys.put("texts", GgufValue.texts(List.of("", "ü", "🎉")));
    keys.put("numbers", GgufValue.i32s(List.of(-1, 2)));
    return keys;
  }

  private static List<GgufTensor> tensors() {
    return HeaderWriter.placed(
        List.of(
            new GgufTensor("a.weight", GgmlType.Q8_0, List.of(3L, 64L), 0),
            new GgufTensor("b", GgmlType.F32, List.of(5L), 0),
            new GgufTensor("c", GgmlType.BF16, List.of(2L, 3L, 4L), 0)));
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(place.resolve("it.gguf"), bytes);
  }

  /** Header and as many bytes of zeros as its tensors have. */
  private static byte[] whole(Map<String, GgufValue> keys, List<GgufTensor> tensors) {
    byte[] header = HeaderWriter.bytes(keys, tensors);
    GgufTensor last = tensors.getLast();
    long start = GgufHeader.aligned(header.length, 32);
    return Arrays.copyOf(header, Math.toIntExact(start + last.offset() + last.bytes()));
  }

  @Test
  void readsWhatWasWritten() {
    try (GgufWriter writer = GgufWriter.begin(place.resolve("new.gguf"), keys(), tensors())) {
      ByteBuffer numbers = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 1; i <= 5; i++) {
        numbers.putFloat(i);
      }
      writer.write(tensors().get(1), 0, numbers.flip());
      writer.force();
      writer.finish();
    }
    try (GgufFile file = GgufFile.open(place.resolve("new.gguf"))) {
      assertThat(file.keys()).isEqualTo(keys());
      assertThat(List.copyOf(file.tensors().values())).isEqualTo(tensors());
      assertThat(file.architecture()).isEqualTo("llama");
      assertThat(file.contextLength()).hasValue(4_000_000_000L);
      assertThat(file.chatTemplate()).isEmpty();
      assertThat(file.bytes() % 32).isZero();
      assertThat(file.row(tensors().get(1), 0)).containsExactly(1, 2, 3, 4, 5);
      assertThat(file.row(tensors().getFirst(), 2)).containsOnly(0);
    }
  }

  @Test
  void leavesNothingThatIsNotFinished() throws IOException {
    try (GgufWriter _ = GgufWriter.begin(place.resolve("new.gguf"), keys(), tensors())) {
      fails(
          () -> GgufWriter.begin(place.resolve("new.gguf"), keys(), tensors()).close(),
          TrainingError.OUTPUT_EXISTS,
          "another command is writing");
    }
    try (var files = Files.list(place)) {
      assertThat(files).isEmpty();
    }
    Files.createFile(place.resolve("new.gguf"));
    fails(
        () -> GgufWriter.begin(place.resolve("new.gguf"), keys(), tensors()).close(),
        TrainingError.OUTPUT_EXISTS,
        "is there already");
  }

  @Test
  void refusesAFileThatEndsAnywhere() throws IOException {
    byte[] bytes = whole(keys(), tensors());
    GgufFile.open(write(bytes)).close();
    for (int length = 0; length < bytes.length; length++) {
      refuses(Arrays.copyOf(bytes, length), "");
    }
    refuses(Arrays.copyOf(bytes, bytes.length + 64), "its tensors end at");
  }

  /** Whatever stands in a byte: it is read or refused, and nothing else happens. */
  @Test
  @Tag("slow")
  void survivesAnyByte() throws IOException {
    byte[] bytes = whole(keys(), tensors());
    int header = HeaderWriter.bytes(keys(), tensors()).length;
    SplittableRandom random = new SplittableRandom(3);
    int refused = 0;
    for (int i = 0; i < header; i++) {
      for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff, random.nextInt(256)}) {
        byte[] other = bytes.clone();
        other[i] = (byte) value;
        try (GgufFile file = GgufFile.open(write(other))) {
          assertThat(file.tensors()).hasSize(3);
        } catch (TreadleException e) {
          assertThat(e.code()).isEqualTo(TrainingError.GGUF_INVALID);
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(header);
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    byte[] bytes = whole(keys(), tensors());
    refuses("not at all".getBytes(StandardCharsets.UTF_8), "does not begin with GGUF");
    refuses(put(bytes, 4, 1), "its version is 1");
    refuses(put(bytes, 4, 0x0300_0000), "its version is");
    refuses(put(bytes, 12, 0x7fff_ffff), "tensors, over");
    refuses(put(bytes, 20, 0x7fff_ffff), "keys, over");
    refuses(put(bytes, 28, 0x7fff_ffff), "a text of");
    Map<String, GgufValue> keys = keys();
    keys.put("general.alignment", GgufValue.u32(24));
    refuses(whole(keys, tensors()), "no power of two");
    GgufTensor first = tensors().getFirst();
    GgufTensor near = new GgufTensor("near", GgmlType.F32, List.of(8L), 32);
    refuses(whole(keys(), List.of(first, near)), "'near' begins at 32, not at 224");
    GgufTensor far = new GgufTensor("far", GgmlType.F32, List.of(8L), 256);
    refuses(whole(keys(), List.of(first, far)), "'far' begins at 256, not at 224");
    GgufTensor again = new GgufTensor("a.weight", GgmlType.F32, List.of(8L), 224);
    refuses(whole(keys(), List.of(first, again)), "stands there twice");
  }

  @Test
  void refusesListsOfListsAndHugeOnes() throws IOException {
    Map<String, GgufValue> keys = new LinkedHashMap<>();
    keys.put("k", new GgufValue.Items(GgufValue.Kind.LIST, List.of()));
    refuses(whole(keys, tensors()), "a list holds lists");
    keys.put("k", GgufValue.i32s(List.of(1)));
    byte[] bytes = whole(keys, tensors());
    // Behind magic, version, two counts, the key, the kind and the kind of its values.
    refuses(put(bytes, 24 + 8 + 1 + 4 + 4, 0x00ff_ffff), "values of a list");
  }

  private static byte[] put(byte[] bytes, int at, int value) {
    byte[] other = bytes.clone();
    ByteBuffer.wrap(other).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return other;
  }

  private void refuses(byte[] bytes, String said) throws IOException {
    Path file = write(bytes);
    fails(() -> GgufFile.open(file).close(), TrainingError.GGUF_INVALID, said);
  }

  private static void fails(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, TrainingError code, String said) {
    assertThatThrownBy(call)
        .hasMessageContaining(said)
        .isInstanceOfSatisfying(
            TreadleException.class, it -> assertThat(it.code()).isEqualTo(code));
  }
}
