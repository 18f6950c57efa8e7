package dev.treadle.measure.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MinHashTest {
  /** The mean error over many pairs must vanish, and the mean square must be what theory says. */
  @Test
  void estimatesWithoutBias() {
    MinHash minHash = new MinHash();
    List<SyntheticCorpus.Pair> pairs = new SyntheticCorpus(7).pairs(1_000);
    double bias = 0;
    double square = 0;
    double expected = 0;
    for (SyntheticCorpus.Pair pair : pairs) {
      double truth = Shingles.jaccard(Shingles.of(pair.one()), Shingles.of(pair.other()));
      double error = minHash.sketch(pair.one()).similarity(minHash.sketch(pair.other())) - truth;
      bias += error / pairs.size();
      square += error * error / pairs.size();
      expected += truth * (1 - truth) / minHash.permutations() / pairs.size();
    }
    assertThat(bias).isCloseTo(0, within(4 * Math.sqrt(expected / pairs.size())));
    assertThat(square).isCloseTo(expected, within(expected * 0.25));
  }

  @Test
  void doesNotDependOnTheThread() {
    MinHash minHash = new MinHash(128);
    List<String> texts =
        new SyntheticCorpus(1).pairs(50).stream().map(SyntheticCorpus.Pair::one).toList();
    List<Double> likenesses =
        IntStream.range(0, texts.size())
            .parallel()
            .mapToObj(
                i -> minHash.sketch(texts.get(i)).similarity(new MinHash(128).sketch(texts.get(i))))
            .toList();
    assertThat(likenesses).containsOnly(1.0);
  }

  @Property
  void equalTextsHaveEqualSketches(@ForAll String text) {
    MinHash minHash = new MinHash(16);
    assertThat(minHash.sketch(text).similarity(minHash.sketch("  " + text + "\n"))).isEqualTo(1);
  }

  @Test
  void moreRowsAreChosenForAHigherThreshold() {
    assertThat(Bands.around(0.9, 256).rows()).isGreaterThan(Bands.around(0.5, 256).rows());
    assertThat(Bands.around(0.7, 256).probability(0.7)).isGreaterThan(0.95);
  }
}
