package dev.treadle.training.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.testkit.Golden;
import dev.treadle.testkit.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BytePairTrainerTest {
  private static final int SIZE = 700;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(TokenizerFamily.class)
  void makesTheSameFilesOfTheSameTextsInAnyOrder(TokenizerFamily family) throws IOException {
    String corpus = Files.readString(Tokenizers.FOLDER.resolve("corpus.txt"));
    BytePairTrainer trainer = new BytePairTrainer(family);
    List.of(corpus.split("(?<=\\.\n)")).reversed().forEach(trainer::add);
    trainer.write(folder, SIZE, 512);
    for (String it : List.of("tokenizer.json", "tokenizer_config.json")) {
      Golden.check(
          Project.root().relativize(Tokenizers.folder(family).resolve(it)).toString(),
          Files.readString(folder.resolve(it)));
    }
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.size()).isEqualTo(SIZE);
    }
  }

  @Test
  void stopsWhereNothingRepeats() {
    BytePairTrainer trainer = new BytePairTrainer(TokenizerFamily.LLAMA);
    trainer.add("aabbaabb aabb once");
    trainer.write(folder, 1000, 64);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.size()).isLessThan(275);
      assertThat(tokenizer.encode("aabb")).hasSize(1);
    }
  }

  /** The definition of byte-pair encoding, carried out without any cleverness. */
  @Property(tries = 200)
  void learnsWhatCountingEverythingAnewLearns(
      @ForAll @Size(max = 8) List<@Size(min = 1, max = 9) List<@IntRange(max = 2) Integer>> words,
      @ForAll @IntRange(min = 1, max = 3) int leastCount) {
    BytePairs pairs = new BytePairs();
    List<List<Integer>> naive = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      pairs.add(words.get(i).stream().mapToInt(Integer::intValue).toArray(), i + 1);
      naive.add(new ArrayList<>(words.get(i)));
    }
    List<BytePairs.Merge> merges = pairs.learn(12, leastCount);
    for (int i = 0; i < 12; i++) {
      Map<List<Integer>, Integer> counts = counts(naive);
      int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
      if (most < leastCount) {
        assertThat(merges).hasSize(i);
        return;
      }
      List<Integer> best =
          counts.keySet().stream()
              .filter(it -> counts.getOrDefault(it, 0) == most)
              .min((a, b) -> a.get(0).equals(b.get(0)) ? a.get(1) - b.get(1) : a.get(0) - b.get(0))
              .orElseThrow();
      assertThat(merges.get(i)).isEqualTo(new BytePairs.Merge(best.get(0), best.get(1)));
      for (List<Integer> word : naive) {
        for (int at = 0; at + 1 < word.size(); at++) {
          if (word.subList(at, at + 2).equals(best)) {
            word.remove(at);
            word.set(at, ByteAlphabet.SIZE + i);
          }
        }
      }
    }
  }

  private static Map<List<Integer>, Integer> counts(List<List<Integer>> words) {
    Map<List<Integer>, Integer> counts = new HashMap<>();
    for (int i = 0; i < words.size(); i++) {
      for (int at = 0; at + 1 < words.get(i).size(); at++) {
        counts.merge(List.copyOf(words.get(i).subList(at, at + 2)), i + 1, Integer::sum);
      }
    }
    return counts;
  }
}
