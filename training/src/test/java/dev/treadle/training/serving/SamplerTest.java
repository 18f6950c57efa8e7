package dev.treadle.training.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.TreadleException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How tokens are chosen. */
final class SamplerTest {
  private static final float[] LOGITS = {
    (float) Math.log(0.1), (float) Math.log(0.5), (float) Math.log(0.1), (float) Math.log(0.3)
  };

  private static int[] counts(Sampling sampling, float[] logits) {
    Sampler sampler = new Sampler(sampling);
    int[] counts = new int[logits.length];
    for (int i = 0; i < 20_000; i++) {
      counts[sampler.draw(logits, logits.length)]++;
    }
    return counts;
  }

  private static Set<Integer> drawn(Sampling sampling, float[] logits) {
    Set<Integer> drawn = new TreeSet<>();
    int[] counts = counts(sampling, logits);
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        drawn.add(i);
      }
    }
    return drawn;
  }

  @Test
  void withoutTemperatureTheLikeliestIsTaken() {
    assertThat(new Sampler(Sampling.GREEDY).draw(LOGITS, 4)).isEqualTo(1);
    assertThat(new Sampler(Sampling.GREEDY).draw(new float[] {1, 2, 2}, 3)).isEqualTo(1);
    assertThat(new Sampler(Sampling.GREEDY).draw(new float[] {1, 2, 5}, 2)).isEqualTo(1);
  }

  @Test
  void sharesAreThoseOfTheLikelihoods() {
    int[] counts = counts(new Sampling(1, 1, 0, 7), LOGITS);
    assertThat(counts[1] / 20_000.0).isCloseTo(0.5, within(0.02));
    assertThat(counts[3] / 20_000.0).isCloseTo(0.3, within(0.02));
    int[] cold = counts(new Sampling(0.5, 1, 0, 7), LOGITS);
    assertThat(cold[1] / 20_000.0).isCloseTo(0.25 / 0.36, within(0.02));
  }

  @Test
  void onlyTheLikeliestAreDrawnFrom() {
    assertThat(drawn(new Sampling(1, 0.8, 0, 1), LOGITS)).containsExactly(1, 3);
    assertThat(drawn(new Sampling(1, 0.5, 0, 1), LOGITS)).containsExactly(1);
    assertThat(drawn(new Sampling(1, 0.81, 0, 1), LOGITS)).containsExactly(0, 1, 3);
    assertThat(drawn(new Sampling(1, 1, 2, 1), LOGITS)).containsExactly(1, 3);
    assertThat(drawn(new Sampling(1, 0.6, 2, 1), LOGITS)).containsExactly(1);
    assertThat(drawn(new Sampling(1, 1, 9, 1), LOGITS)).containsExactly(0, 1, 2, 3);
    int[] counts = counts(new Sampling(1, 0.8, 0, 3), LOGITS);
    assertThat(counts[1] / 20_000.0).isCloseTo(0.625, within(0.02));
  }

  @Test
  void manyUnlikelyTokensAreFoundToo() {
    float[] logits = new float[5000];
    logits[0] = 9;
    assertThat(drawn(new Sampling(1, 0.9, 0, 1), logits)).hasSizeGreaterThan(1000);
    logits[0] = 100;
    assertThat(drawn(new Sampling(1, 1, 3, 1), logits)).containsExactly(0);
  }

  @Test
  void sameSeedSameTokens() {
    assertThat(counts(new Sampling(1, 0.9, 3, 5), LOGITS))
        .isEqualTo(counts(new Sampling(1, 0.9, 3, 5), LOGITS))
        .isNotEqualTo(counts(new Sampling(1, 0.9, 3, 6), LOGITS));
  }

  @Test
  void scoresThatAreNoNumbersAreRefused() {
    assertThatThrownBy(
            () -> new Sampler(Sampling.GREEDY).draw(new float[] {Float.NaN, Float.NaN}, 2))
        .isInstanceOfSatisfying(
            TreadleException.class,
            it -> assertThat(it.code()).isEqualTo(TrainingError.NOT_FINITE));
    assertThat(new Sampler(Sampling.GREEDY).draw(new float[] {Float.NaN, 1}, 2)).isEqualTo(1);
  }

  @Test
  void likelihoodsAddUpToOne() {
    double normalizer = Sampler.normalizer(LOGITS, 4);
    double sum = 0;
    for (float it : LOGITS) {
      sum += Math.exp(it - normalizer);
    }
    assertThat(sum).isCloseTo(1, within(1e-6));
    assertThat(Sampler.top(LOGITS, 4, 3)).containsExactly(1, 3, 0);
    assertThat(Sampler.top(LOGITS, 4, 0)).isEmpty();
  }
}
