package dev.treadle.training.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SplitMixTest {
  /** The first numbers of the published algorithm for seed 1234567. */
  @Test
  void givesThePublishedNumbers() {
    SplitMix random = new SplitMix(1234567);
    assertThat(new long[] {random.next(), random.next(), random.next()})
        .containsExactly(6457827717110365317L, 3203168211198807973L, -8629252141511181193L);
  }

  @Test
  void agreesWithTheJdk() {
    SplitMix random = new SplitMix(42);
    SplittableRandom jdk = new SplittableRandom(42);
    for (int i = 0; i < 100; i++) {
      assertThat(random.next()).isEqualTo(jdk.nextLong());
    }
  }

  @Property(tries = 200)
  void anOrderHasEachNumberOnce(@ForAll long seed, @ForAll @IntRange(max = 300) int count) {
    int[] order = SplitMix.order(seed, 3, count);
    Arrays.sort(order);
    assertThat(order).containsExactly(IntStream.range(0, count).toArray());
  }

  @Test
  void epochsAndSeedsHaveTheirOwnOrders() {
    int[] order = SplitMix.order(7, 0, 50);
    assertThat(order).isEqualTo(SplitMix.order(7, 0, 50));
    assertThat(order).isNotEqualTo(SplitMix.order(7, 1, 50));
    assertThat(order).isNotEqualTo(SplitMix.order(8, 0, 50));
  }

  @Test
  void everyPlaceIsAboutAsLikely() {
    int[] places = new int[5];
    for (int seed = 0; seed < 10_000; seed++) {
      int[] order = SplitMix.order(seed, 0, 5);
      for (int i = 0; i < 5; i++) {
        places[i] += order[i] == 0 ? 1 : 0;
      }
    }
    for (int it : places) {
      assertThat(it).isBetween(1800, 2200);
    }
  }
}
