package dev.treadle.measure.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.transcript.TreadleException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TextClustersTest {
  private static final List<String> TEXTS =
      List.of(
          "bake bread in the oven",
          "bake a cake in the oven",
          "bake bread and cake",
          "train to the station",
          "the train leaves the station",
          "which train to which station",
          "这个函数报错了",
          "函数为什么报错",
          "函数报错怎么办");

  @Test
  void partsTextsByWhatTheyShare() {
    TextClusters clusters = TextClusters.train(TEXTS, 3, 1);
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < TEXTS.size(); i += 3) {
      int cluster = clusters.cluster(TEXTS.get(i));
      assertThat(clusters.cluster(TEXTS.get(i + 1))).isEqualTo(cluster);
      assertThat(clusters.cluster(TEXTS.get(i + 2))).isEqualTo(cluster);
      seen.add(cluster);
    }

    assertThat(seen).hasSize(3);
    assertThat(clusters.cluster("函数报错")).isEqualTo(clusters.cluster(TEXTS.get(8)));
  }

  @Test
  void similarityIsHighInsideAndNothingOutside() {
    TextClusters clusters = TextClusters.train(TEXTS, 3, 1);
    TextClusters.Nearest inside = clusters.nearest("bake bread in the oven");

    assertThat(inside.similarity()).isBetween(0.5, 1.0);
    assertThat(clusters.similarity("bake bread in the oven", inside.cluster()))
        .isEqualTo(inside.similarity());
    assertThat(clusters.nearest("ξψω").similarity()).isZero();
    assertThat(clusters.nearest("").similarity()).isZero();
  }

  @Test
  void isTheSameForTheSameSeedAndAfterSaving() {
    byte[] file = TextClusters.train(TEXTS, 3, 1).save();

    assertThat(TextClusters.train(TEXTS, 3, 1).save()).isEqualTo(file);
    assertThat(TextClusters.load(file).save()).isEqualTo(file);
  }

  @Test
  void makesNoMoreClustersThanThereAreDifferentTexts() {
    assertThat(TextClusters.train(List.of("a b", "a b", "c d"), 9, 1).clusters()).isEqualTo(2);
    assertThat(TextClusters.train(List.of("", ""), 2, 1).cluster("")).isZero();
    assertThatThrownBy(() -> TextClusters.train(List.of(), 2, 1))
        .isInstanceOf(TreadleException.class);
  }
}
