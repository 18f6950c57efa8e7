package dev.treadle.measure.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
  private static final String LOOM =
      "The loom stood idle in the corner of the long room while the weaver counted threads and waited for rain";

  @Test
  void keepsTheSmallestKey() {
    NearDuplicates texts = new NearDuplicates();
    texts.add("c", LOOM);
    texts.add("a", LOOM + " again");
    texts.add("b", LOOM.toUpperCase(Locale.ROOT) + " ");
    texts.add("d", "Something else is written here and shares no run of words with that");
    List<Cluster> clusters = texts.clusters();
    assertThat(clusters).hasSize(1);
    assertThat(clusters.getFirst().survivor()).isEqualTo("a");
    assertThat(clusters.getFirst().duplicates())
        .extracting(Cluster.Duplicate::key)
        .containsExactly("b", "c");
  }

  @Test
  void marksExactDuplicates() {
    NearDuplicates texts = new NearDuplicates();
    texts.add("a", LOOM);
    texts.add("b", LOOM + "\n");
    assertThat(texts.clusters().getFirst().duplicates())
        .containsExactly(new Cluster.Duplicate("b", 1, true));
  }

  @Test
  void refusesAKeyThatCameTwice() {
    NearDuplicates texts = new NearDuplicates();
    texts.add("a", LOOM);
    texts.add("a", "other");
    assertThatIllegalArgumentException().isThrownBy(texts::clusters).withMessageContaining("\"a\"");
  }

  @Property(tries = 30)
  void orderOfAddingDoesNotShow(@ForAll long seed) {
    Map<String, String> corpus = corpus(40, 11);
    List<String> keys = new ArrayList<>(corpus.keySet());
    Collections.sort(keys);
    List<Cluster> expected =
        collected(keys, corpus).clusters(key -> String.valueOf(corpus.get(key)));
    Collections.shuffle(keys, new Random(seed));
    assertThat(collected(keys, corpus).clusters(key -> String.valueOf(corpus.get(key))))
        .isEqualTo(expected);
  }

  private static Map<String, String> corpus(int pairs, long seed) {
    Map<String, String> corpus = new HashMap<>();
    int number = 0;
    for (SyntheticCorpus.Pair pair : new SyntheticCorpus(seed).pairs(pairs)) {
      corpus.put("%05d-a".formatted(number), pair.one());
      corpus.put("%05d-b".formatted(number++), pair.other());
    }
    return corpus;
  }

  private static NearDuplicates collected(List<String> keys, Map<String, String> corpus) {
    NearDuplicates texts = new NearDuplicates();
    keys.forEach(key -> texts.add(key, String.valueOf(corpus.get(key))));
    return texts;
  }

  @Test
  void findsPairsAtThePublishedPrecisionAndRecall() {
    Quality quality = Quality.of(new SyntheticCorpus(3).pairs(1_000), false);
    assertThat(quality.precision()).isGreaterThan(0.90);
    assertThat(quality.recall()).isGreaterThan(0.94);
    Quality verified = Quality.of(new SyntheticCorpus(3).pairs(1_000), true);
    assertThat(verified.precision()).isGreaterThan(0.99);
    assertThat(verified.recall()).isGreaterThan(0.97);
  }

  @Test
  void answersForTextsThatWereNotAdded() {
    NearDuplicates texts = new NearDuplicates();
    texts.add("a", LOOM);
    texts.add("b", "Something else is written here and shares no run of words with that");
    NearDuplicateIndex index = texts.index();
    assertThat(index.match(LOOM + " again").map(NearDuplicateIndex.Match::key)).hasValue("a");
    assertThat(index.match(" " + LOOM).map(NearDuplicateIndex.Match::isExact)).hasValue(true);
    assertThat(index.match("Nothing of the kind was ever seen by anyone in this house")).isEmpty();
    assertThat(new NearDuplicates().index().match(LOOM)).isEmpty();
  }

  @Test
  void equalTextsAreKeptOnce() {
    NearDuplicates texts = new NearDuplicates();
    Sketch sketch = new MinHash().sketch(LOOM);
    for (int i = 0; i < 100_000; i++) {
      texts.add("%06d".formatted(i), sketch);
    }
    assertThat(texts.clusters().getFirst().duplicates()).hasSize(99_999);
  }

  @Test
  @Tag("slow")
  void manyLikeTextsCostNoSquare() {
    NearDuplicates texts = new NearDuplicates(new MinHash(128), 0.7);
    for (int i = 0; i < 100_000; i++) {
      // All alike, none equal: every bucket holds all of them.
      texts.add("%06d".formatted(i), LOOM + LOOM + " " + i);
    }
    assertThat(texts.clusters()).hasSize(1);
    assertThat(texts.clusters().getFirst().duplicates()).hasSize(99_999);
  }

  @Test
  void longTextsNeedNoSpecialCare() {
    String words = String.join(" ", new SyntheticCorpus(5).tokens(false, 700_000));
    NearDuplicates texts = new NearDuplicates();
    texts.add("a", words);
    texts.add("b", words.substring(0, words.length() - 1_000));
    assertThat(texts.clusters()).hasSize(1);
  }
}
