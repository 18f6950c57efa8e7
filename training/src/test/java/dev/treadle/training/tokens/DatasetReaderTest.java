package dev.treadle.training.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.training.TrainingError;
import dev.treadle.training.settings.TooLong;
import dev.treadle.training.template.ChatTemplate;
import dev.treadle.transcript.ErrorCode;
import dev.treadle.transcript.TreadleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetReaderTest {
  private static final String GOOD =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"ab\"},{\"role\":\"assistant\",\"content\":\"cd\"}]}";
  private static final int TOKENS = 17;

  private final Tokenizer tokenizer = Tokenizers.open(TokenizerFamily.QWEN);

  @TempDir Path folder;

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private Dataset read(String content, LengthLimit limit) throws IOException {
    Path file = Files.writeString(folder.resolve("train.jsonl"), content);
    return new DatasetReader(
            new ChatReader(),
            new ChatEncoder(
                tokenizer,
                ChatTemplate.read(Tokenizers.folder(TokenizerFamily.QWEN)),
                Map.of(),
                LocalDateTime.of(2026, 1, 1, 0, 0)),
            limit)
        .read(List.of(file));
  }

  private static LengthLimit limit(int maxLength, TooLong tooLong) {
    return new LengthLimit(maxLength, tooLong, 1_000_000);
  }

  private static void assertFails(ThrowingCallable call, ErrorCode code, String why) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(TreadleException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  @Test
  void countsBadLinesWithTheirPlaces() throws IOException {
    Dataset dataset =
        read("\uFEFF" + GOOD + "\r\n\n{oops\n[1]\n{}\n" + GOOD, limit(100, TooLong.FAIL));
    assertThat(dataset.examples()).isEqualTo(2);
    assertThat(dataset.tokens()).isEqualTo(2L * dataset.longest());
    assertThat(dataset.sequences().get(0)).isEqualTo(dataset.sequences().get(1));
    assertThat(dataset.targets()).isEqualTo(2L * dataset.sequences().getFirst().targetCount());
    assertThat(dataset.skipped()).isEqualTo(Map.of(Skip.NOT_JSON, 2L, Skip.NOT_A_CHAT, 1L));
    String file = folder.resolve("train.jsonl").toString();
    assertThat(dataset.notes())
        .hasSize(3)
        .anySatisfy(it -> assertThat(it).startsWith(file + ":3: not_json"))
        .anySatisfy(it -> assertThat(it).startsWith(file + ":4: not_json"))
        .anySatisfy(it -> assertThat(it).startsWith(file + ":5: not_a_chat"));
    assertThat(dataset.files()).containsOnlyKeys(file);
  }

  @Test
  void readsAnArrayAsItReadsLines() throws IOException {
    LengthLimit limit = limit(100, TooLong.FAIL);
    Dataset lines = read(GOOD + "\n" + GOOD, limit);
    Dataset array = read(" [\n" + GOOD + ",\n" + GOOD + ", 7]\n", limit);
    assertThat(array.sequences()).isEqualTo(lines.sequences());
    assertThat(array.skipped()).isEqualTo(Map.of(Skip.NOT_JSON, 1L));
    assertThat(array.notes().getFirst()).contains(", entry 3: not_json");
    Dataset broken = read("[" + GOOD + ", {\"messages\": [}, " + GOOD + "]", limit);
    assertThat(broken.examples()).isOne();
    assertThat(broken.skipped()).isEqualTo(Map.of(Skip.NOT_JSON, 1L));
  }

  @Test
  void hashesTheFile() throws Exception {
    Dataset dataset = read(GOOD + "\n\n", limit(100, TooLong.FAIL));
    byte[] hash =
        MessageDigest.getInstance("SHA-256")
            .digest(Files.readAllBytes(folder.resolve("train.jsonl")));
    assertThat(dataset.files().firstEntry().getValue()).isEqualTo(HexFormat.of().formatHex(hash));
  }

  @Test
  void manyLinesKeepTheirOrder() throws IOException {
    StringBuilder content = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      content.append(GOOD.replace("cd", "x".repeat(1 + i % 50))).append('\n');
    }
    Dataset dataset = read(content.toString(), limit(200, TooLong.FAIL));
    assertThat(dataset.examples()).isEqualTo(1000);
    for (int i = 0; i < 1000; i++) {
      Sequence it = dataset.sequences().get(i);
      assertThat(tokenizer.decode(it.tokens()))
          .contains("\n" + "x".repeat(1 + i % 50) + "<|im_end|>");
    }
  }

  @Test
  void treatsWhatIsTooLongAsItIsTold() throws IOException {
    String lines = GOOD + "\n" + GOOD.replace("cd", "c d ".repeat(40));
    int fits = read(GOOD, limit(100, TooLong.FAIL)).longest();
    Dataset skipped = read(lines, limit(fits, TooLong.SKIP));
    assertThat(skipped.sequences()).hasSize(1);
    assertThat(skipped.skipped()).isEqualTo(Map.of(Skip.TOO_LONG, 1L));
    Dataset cut = read(lines, limit(fits, TooLong.CUT));
    assertThat(cut.sequences()).hasSize(2).allMatch(it -> it.length() == fits);
    assertThat(cut.cut()).isOne();
    Dataset tiny = read(lines + "\n" + GOOD.replace("ab", ""), limit(fits - 2, TooLong.CUT));
    assertThat(tiny.sequences()).allMatch(it -> it.targetCount() > 0);
    assertFails(
        () -> read(lines, limit(fits, TooLong.FAIL)), TrainingError.EXAMPLE_TOO_LONG, ":2 has");
  }

  @Test
  void leavesNoSequenceWithoutATarget() throws IOException {
    String late = GOOD.replace("ab", "a b ".repeat(40));
    Dataset dataset = read(GOOD + "\n" + late, limit(40, TooLong.CUT));
    assertThat(dataset.sequences()).hasSize(1);
    assertThat(dataset.skipped()).isEqualTo(Map.of(Skip.TOO_LONG, 1L));
    assertThat(dataset.cut()).isZero();
  }

  @Test
  void refusesWhatIsEmptyOrTooMuchOrNotThere() {
    assertFails(
        () -> read("{}\n{}\n7", limit(100, TooLong.CUT)),
        TrainingError.DATASET_EMPTY,
        "1 not_json, 2 not_a_chat");
    assertFails(
        () -> read("", limit(100, TooLong.CUT)), TrainingError.DATASET_EMPTY, "train.jsonl");
    assertFails(
        () -> read(GOOD + "\n" + GOOD, new LengthLimit(100, TooLong.CUT, TOKENS)),
        TrainingError.DATASET_TOO_LARGE,
        "over " + TOKENS + " tokens");
    assertFails(
        () -> TextReader.files(List.of(folder.resolve("none"))), TrainingError.FILE_ABSENT, "none");
  }
}
