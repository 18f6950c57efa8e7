package dev.treadle.app.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** One answer at a time. */
final class TurnsTest {
  @Test
  void whenTooManyWaitTheNextIsRefused() throws Refusal {
    Turns turns = new Turns(0);
    try (Turns.Turn _ = turns.take(() -> false)) {
      assertThatThrownBy(() -> turns.take(() -> false))
          .isInstanceOfSatisfying(Refusal.class, it -> assertThat(it.status()).isEqualTo(429));
    }
    turns.take(() -> false).close();
  }

  @Test
  void whoHasGoneWaitsNoLonger() throws Refusal {
    Turns turns = new Turns(5);
    try (Turns.Turn _ = turns.take(() -> false)) {
      assertThatThrownBy(() -> turns.take(() -> true))
          .isInstanceOfSatisfying(Refusal.class, it -> assertThat(it.status()).isEqualTo(503));
    }
    turns.take(() -> false).close();
  }
}
