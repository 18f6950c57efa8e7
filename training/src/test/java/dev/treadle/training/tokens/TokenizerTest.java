package dev.treadle.training.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.ErrorCode;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerTest {
  @TempDir Path folder;

  private static void assertFails(ThrowingCallable call, ErrorCode code, String why) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(TreadleException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  private static String json(TokenizerFamily family) throws IOException {
    return Files.readString(Tokenizers.folder(family).resolve("tokenizer.json"));
  }

  @Test
  void saysWhatItIs() {
    try (Tokenizer qwen = Tokenizers.open(TokenizerFamily.QWEN);
        Tokenizer llama = Tokenizers.open(TokenizerFamily.LLAMA)) {
      assertThat(qwen.size()).isEqualTo(700);
      assertThat(qwen.id("<|im_end|>")).hasValue(693);
      assertThat(qwen.id("no such")).isEmpty();
      assertThat(qwen.prefix()).isEmpty();
      assertThat(qwen.endOfText()).hasValue(691);
      assertThat(qwen.sha256()).hasSize(64).isNotEqualTo(llama.sha256());
      assertThat(llama.prefix()).containsExactly(692);
      assertThat(llama.endOfText()).isEqualTo(llama.id("<|end_of_text|>"));
      assertThat(qwen.isSplittable()).isTrue();
      assertThat(llama.isSplittable()).isTrue();
    }
  }

  @Property(tries = 300)
  void whatWasEncodedIsDecoded(@ForAll String text) {
    assertThat(Tokenizers.LLAMA.decode(Tokenizers.LLAMA.encode(text)))
        .isEqualTo(ExampleCodec.wellFormed(text));
  }

  @Test
  void severalThreadsMayEncodeAtOnce() throws IOException {
    String text = Files.readString(Tokenizers.FOLDER.resolve("corpus.txt"));
    try (Tokenizer tokenizer = Tokenizers.open(TokenizerFamily.QWEN)) {
      int[] expected = tokenizer.encode(text);
      assertThat(
              IntStream.range(0, 64)
                  .parallel()
                  .allMatch(_ -> Arrays.equals(tokenizer.encode(text), expected)))
          .isTrue();
    }
  }

  @Test
  void ignoresTruncationAndPadding() throws IOException {
    String json =
        json(TokenizerFamily.QWEN)
            .replace(
                "\"truncation\": null",
                "\"truncation\": {\"direction\": \"Right\", \"max_length\": 3, \"strategy\":"
                    + " \"LongestFirst\", \"stride\": 0}")
            .replace(
                "\"padding\": null",
                "\"padding\": {\"strategy\": {\"Fixed\": 9}, \"direction\": \"Right\","
                    + " \"pad_to_multiple_of\": null, \"pad_id\": 0, \"pad_type_id\": 0,"
                    + " \"pad_token\": \"x\"}");
    Files.writeString(folder.resolve("tokenizer.json"), json);
    try (Tokenizer changed = Tokenizer.open(folder);
        Tokenizer tokenizer = Tokenizers.open(TokenizerFamily.QWEN)) {
      for (String it : List.of("a", "a longer text of several words")) {
        assertThat(changed.encode(it)).isEqualTo(tokenizer.encode(it));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"lstrip\": false|\"lstrip\": true",
        "\"type\": \"NFC\"|\"type\": \"Lowercase\"",
        "\"add_prefix_space\": false|\"add_prefix_space\": true",
        "\"normalized\": false|\"normalized\": true",
      })
  void knowsWhichTokenizersCannotBeAskedPieceByPiece(String from, String to) throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"), json(TokenizerFamily.QWEN).replace(from, to));
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.isSplittable()).isFalse();
    }
  }

  @Test
  void refusesWhatIsNoTokenizer() throws IOException {
    assertFails(() -> Tokenizer.open(folder), TrainingError.FILE_ABSENT, "tokenizer.json");
    Files.writeString(folder.resolve("vocab.json"), "{}");
    assertFails(() -> Tokenizer.open(folder), TrainingError.FILE_ABSENT, "older form");
    Path file = folder.resolve("tokenizer.json");
    String whole = json(TokenizerFamily.QWEN);
    Files.writeString(file, whole.substring(0, whole.length() / 2));
    assertFails(() -> Tokenizer.open(folder), TrainingError.TOKENIZER_INVALID, "not JSON");
    Files.writeString(file, "{}");
    assertFails(() -> Tokenizer.open(folder), TrainingError.TOKENIZER_INVALID, "no vocabulary");
    Files.writeString(file, "{\"model\": {\"vocab\": {\"a\": \"b\"}}}");
    assertFails(() -> Tokenizer.open(folder), TrainingError.TOKENIZER_INVALID, "without a number");
    Files.writeString(file, whole.replace("\"merges\": [", "\"merges\": [\"no such\","));
    assertFails(() -> Tokenizer.open(folder), TrainingError.TOKENIZER_INVALID, "is no tokenizer");
  }

  @Test
  void refusesAModelWithFewerEmbeddings() {
    try (Tokenizer tokenizer = Tokenizers.open(TokenizerFamily.QWEN)) {
      tokenizer.requireFits(700);
      assertFails(() -> tokenizer.requireFits(699), TrainingError.TOKENIZER_UNFIT, "699");
    }
  }

  @Test
  void refusesStrangeTokensAndUseAfterTheEnd() {
    Tokenizer tokenizer = Tokenizers.open(TokenizerFamily.QWEN);
    assertThatThrownBy(() -> tokenizer.decode(new int[] {700}))
        .isInstanceOf(IllegalArgumentException.class);
    tokenizer.close();
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.encode("a")).isInstanceOf(IllegalStateException.class);
  }
}
