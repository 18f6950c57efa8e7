package dev.treadle.training.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.training.settings.TooLong;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextEncoderTest {
  private static final LengthLimit LIMIT = LengthLimit.of(64, TooLong.FAIL, 1 << 20);

  @TempDir Path folder;

  private static List<Integer> learned(List<Sequence> sequences) {
    List<Integer> learned = new ArrayList<>();
    learned.add(sequences.getFirst().tokens()[0]);
    for (Sequence it : sequences) {
      for (int at = 0; at < it.length(); at++) {
        assertThat(it.targets()[at]).isEqualTo(at > 0);
        if (at > 0) {
          learned.add(it.tokens()[at]);
        }
      }
    }
    return learned;
  }

  @Property(tries = 200)
  void learnsEachTokenOnceAndTheEnd(
      @ForAll String text, @ForAll @IntRange(min = 2, max = 20) int maxLength) {
    Tokenizer tokenizer = Tokenizers.LLAMA;
    List<Sequence> sequences = new TextEncoder(tokenizer, maxLength).encode(text);
    List<Integer> expected = new ArrayList<>(List.of(tokenizer.prefix()[0]));
    Arrays.stream(tokenizer.encode(text)).forEach(expected::add);
    expected.add(tokenizer.endOfText().orElseThrow());
    if (text.isEmpty()) {
      assertThat(sequences).isEmpty();
    } else {
      assertThat(learned(sequences)).isEqualTo(expected);
      assertThat(sequences).allMatch(it -> it.length() <= maxLength && it.targetCount() > 0);
    }
  }

  @Test
  void slicesGiveTheTokensOfTheWhole() throws IOException {
    String text = Files.readString(Tokenizers.FOLDER.resolve("corpus.txt")).repeat(50);
    try (Tokenizer tokenizer = Tokenizers.open(TokenizerFamily.QWEN)) {
      List<Integer> learned = learned(new TextEncoder(tokenizer, 1000).encode(text));
      int[] whole = tokenizer.encode(text);
      assertThat(learned.subList(0, learned.size() - 1))
          .isEqualTo(Arrays.stream(whole).boxed().toList());
    }
  }

  @Test
  void readsFoldersInTheOrderOfNamesAndLeavesOutWhatIsNoText() throws IOException {
    Files.createDirectories(folder.resolve("b/.git"));
    Files.writeString(folder.resolve("b/.git/config"), "hidden");
    Files.writeString(folder.resolve("b/one.txt"), "one");
    Files.writeString(folder.resolve("a.md"), "first");
    Files.writeString(folder.resolve("empty"), " \n");
    Files.write(folder.resolve("latin"), "é".getBytes(StandardCharsets.ISO_8859_1));
    Files.write(folder.resolve("zero"), new byte[] {'a', 0, 'b'});
    Files.writeString(folder.resolve("c.jsonl"), "{\"text\":\"line\"}\n{\"x\":1}\n");
    List<Path> files = TextReader.files(List.of(folder));
    assertThat(files).noneMatch(it -> it.toString().contains(".git")).hasSize(6);
    try (Tokenizer tokenizer = Tokenizers.open(TokenizerFamily.QWEN)) {
      Dataset dataset = TextReader.read(files, new TextEncoder(tokenizer, 64), LIMIT);
      assertThat(dataset.sequences().stream().map(it -> tokenizer.decode(it.tokens())))
          .containsExactly("first<|endoftext|>", "one<|endoftext|>", "line<|endoftext|>");
      assertThat(dataset.examples()).isEqualTo(3);
      assertThat(dataset.skipped()).isEqualTo(Map.of(Skip.NOT_TEXT, 3L));
      assertThat(dataset.files()).hasSize(6);
      BytePairTrainer trainer = new BytePairTrainer(TokenizerFamily.QWEN);
      assertThat(TextReader.read(files, trainer).examples()).isEqualTo(3);
    }
  }
}
