package dev.treadle.measure.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnionFindTest {
  @Test
  void smallestNumberStandsForItsSet() {
    UnionFind sets = new UnionFind(6);
    sets.join(5, 4);
    sets.join(4, 2);
    sets.join(1, 5);
    assertThat(sets.find(5)).isEqualTo(1);
    assertThat(sets.find(2)).isEqualTo(1);
    assertThat(sets.find(0)).isZero();
    assertThat(sets.find(3)).isEqualTo(3);
  }
}
