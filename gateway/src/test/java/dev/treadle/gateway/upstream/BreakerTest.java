package dev.treadle.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When an upstream is left alone, and for how long. */
class BreakerTest {
  private final Breaker breaker = new Breaker();
  private long now = Long.MAX_VALUE - 1000; // A clock that overflows soon: nanoTime may.

  private void failTimes(int count) {
    for (int i = 0; i < count; i++) {
      breaker.failed(now);
    }
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void opensAfterFailuresInARow() {
    failTimes(Breaker.FAILURES - 1);
    assertThat(breaker.passes(now)).isTrue();
    breaker.succeeded();
    failTimes(Breaker.FAILURES - 1);
    assertThat(breaker.passes(now)).isTrue();
    failTimes(1);
    assertThat(breaker.passes(now)).isFalse();
    assertThat(breaker.state()).isEqualTo(Breaker.State.OPEN);
  }

  @Test
  void letsOneCallTryAfterThePause() {
    failTimes(Breaker.FAILURES);
    pass(Breaker.SHORTEST.minusMillis(1));
    assertThat(breaker.passes(now)).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(breaker.passes(now)).isTrue();
    assertThat(breaker.passes(now)).isFalse();
    breaker.succeeded();
    assertThat(breaker.passes(now)).isTrue();
    assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);
  }

  @Test
  void doublesThePauseUpToTheLongest() {
    failTimes(Breaker.FAILURES);
    Duration pause = Breaker.SHORTEST;
    for (int i = 0; i < 10; i++) {
      pass(pause.minusNanos(1));
      assertThat(breaker.passes(now)).isFalse();
      pass(Duration.ofNanos(1));
      assertThat(breaker.passes(now)).isTrue();
      breaker.failed(now);
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(Breaker.LONGEST) > 0 ? Breaker.LONGEST : pause;
    }
    assertThat(pause).isEqualTo(Breaker.LONGEST);
    pass(pause);
    assertThat(breaker.passes(now)).isTrue();
    breaker.succeeded();
    failTimes(Breaker.FAILURES);
    pass(Breaker.SHORTEST);
    assertThat(breaker.passes(now)).as("the pause is short again").isTrue();
  }

  @Test
  void anUndecidedTryLetsAnotherOneTry() {
    failTimes(Breaker.FAILURES);
    pass(Breaker.SHORTEST);
    assertThat(breaker.passes(now)).isTrue();
    breaker.undecided(now);
    assertThat(breaker.passes(now)).isTrue();
    assertThat(breaker.passes(now)).isFalse();
  }
}
