package dev.treadle.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final Duration FIRST = Duration.ofNanos(100);
  private static final Duration STALL = Duration.ofNanos(10);

  private final AtomicLong now = new AtomicLong(1);
  private final Watch watch = new Watch(now::get, Duration.ofNanos(1000));

  private void after(long nanos) {
    watch.check(now.addAndGet(nanos));
  }

  @Test
  void firstContentHasItsOwnLimitOverAllReads() {
    watch.attempt(FIRST, STALL);
    watch.waiting();
    after(60);
    watch.rested();
    watch.waiting();
    after(30);
    assertThat(watch.trouble()).isNull();
    after(20);
    assertThat(watch.trouble()).isEqualTo(Trouble.FIRST_CONTENT_TIMEOUT);
  }

  @Test
  void afterContentEachReadHasTheSameLimit() {
    watch.attempt(FIRST, STALL);
    watch.contentCame();
    for (int i = 0; i < 20; i++) {
      watch.waiting();
      after(9);
      watch.rested();
    }
    assertThat(watch.trouble()).isNull();
    watch.waiting();
    after(11);
    assertThat(watch.trouble()).isEqualTo(Trouble.STALLED);
  }

  @Test
  void whoIsBusyWithWhatCameIsNotLate() {
    watch.attempt(FIRST, STALL);
    watch.waiting();
    watch.rested();
    after(200);

    assertThat(watch.trouble()).isNull();
  }

  @Test
  void nextAttemptBeginsAnewButTheDeadlineHoldsForAll() {
    watch.attempt(FIRST, STALL);
    watch.waiting();
    after(101);
    assertThat(watch.trouble()).isEqualTo(Trouble.FIRST_CONTENT_TIMEOUT);
    watch.attempt(FIRST, STALL);
    assertThat(watch.trouble()).isNull();
    after(1000);
    assertThat(watch.trouble()).isEqualTo(Trouble.DEADLINE);
    watch.attempt(FIRST, STALL);
    assertThat(watch.trouble()).isEqualTo(Trouble.DEADLINE);
    assertThat(watch.left()).isZero();
  }

  @Test
  void firstReasonToEndCounts() {
    watch.end(Trouble.CLIENT_GONE);
    watch.end(Trouble.DEADLINE);

    assertThat(watch.trouble()).isEqualTo(Trouble.CLIENT_GONE);
    assertThat(watch.pause(Duration.ofHours(1))).as("goes on").isFalse();
  }
}
