package dev.treadle.training.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTextTest {
  @Test
  void isOneLine() {
    assertThat(
            new ProgressText(120, 600, 1.2341, 1e-4, 1234.4, 1_410_000_000, Duration.ofSeconds(190))
                .line())
        .isEqualTo("step 120/600 · loss 1.234 · lr 1.0e-4 · 1,234 tokens/s · 1.4 GB · 3 min left");
    assertThat(new ProgressText(1, 12_000, Double.NaN, 0, 0, 999, Duration.ofHours(100)).line())
        .isEqualTo("step 1/12,000 · loss no number · lr 0 · 0 tokens/s · 999 B · 4 d 4 h left");
  }

  @Test
  void durationsHaveTheUnitsThatMatter() {
    assertThat(Figures.duration(Duration.ofSeconds(-1))).isEqualTo("0 s");
    assertThat(Figures.duration(Duration.ofSeconds(89))).isEqualTo("89 s");
    assertThat(Figures.duration(Duration.ofSeconds(90))).isEqualTo("2 min");
    assertThat(Figures.duration(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
  }

  @Test
  void ratesAreShort() {
    assertThat(Figures.shortRate(2e-4)).isEqualTo("2e-4");
    assertThat(Figures.shortRate(2.5e-4)).isEqualTo("2.5e-4");
    assertThat(Figures.shortRate(1e-10)).isEqualTo("1e-10");
    assertThat(Figures.shortRate(0)).isEqualTo("0");
    assertThat(Figures.plain(0.0002)).isEqualTo("0.0002");
    assertThat(Figures.plain(20)).isEqualTo("20");
  }

  @Test
  void smoothingIsNotDrawnTowardsZeroAndPassesOverWhatIsNoNumber() {
    Smoothing smoothing = Smoothing.of(100);

    assertThat(smoothing.value()).isNaN();
    assertThat(smoothing.next(4)).isCloseTo(4, within(1e-12));
    assertThat(smoothing.next(Double.NaN)).isCloseTo(4, within(1e-12));
    assertThat(smoothing.next(2)).isCloseTo((4 * 0.9 + 2) / 1.9, within(1e-12));
  }
}
