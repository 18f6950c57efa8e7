package dev.treadle.store.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Recall and precision of every family on vectors generated from the published formats. */
class GeneratedVectorsTest {
  private static final long SEED = 20261120;

  @ParameterizedTest
  @EnumSource(Family.class)
  void findsValidValuesAndLeavesNearMisses(Family family) {
    Accuracy accuracy =
        Accuracy.of(family, new Vectors(SEED + family.name().hashCode()).of(family, 600));

    assertThat(accuracy.recall()).as(accuracy.report()).isGreaterThanOrEqualTo(0.98);
    assertThat(accuracy.precision()).as(accuracy.report()).isGreaterThanOrEqualTo(0.97);
  }
}
