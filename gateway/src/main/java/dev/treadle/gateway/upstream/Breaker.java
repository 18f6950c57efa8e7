package dev.treadle.gateway.upstream;

import java.time.Duration;
import java.util.Locale;

/**
 * A circuit breaker: after several failures in a row an upstream is left alone for a while, then
 * tried by one call; each time that fails, the while doubles.
 */
public final class Breaker {
  static final int FAILURES = 5;
  static final Duration SHORTEST = Duration.ofSeconds(5);
  static final Duration LONGEST = Duration.ofMinutes(2);

  /** What a breaker is at. */
  enum State {
    CLOSED,
    OPEN,
    HALF_OPEN;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private volatile int failures;
  private State state = State.CLOSED;
  private long openUntil;
  private Duration pause = SHORTEST;

  /** Whether a call may be made now. */
  public boolean passes(long now) {
    return failures == 0 || passesSlowly(now);
  }

  private synchronized boolean passesSlowly(long now) {
    return switch (state) {
      case CLOSED -> true;
      case HALF_OPEN -> false;
      case OPEN -> {
        if (now - openUntil < 0) {
          yield false;
        }
        state = State.HALF_OPEN;
        yield true;
      }
    };
  }

  /** The upstream answered. */
  public void succeeded() {
    if (failures != 0) {
      reset();
    }
  }

  private synchronized void reset() {
    failures = 0;
    state = State.CLOSED;
    pause = SHORTEST;
  }

  /** The upstream failed. */
  public synchronized void failed(long now) {
    failures++;
    if (state == State.HALF_OPEN) {
      pause = pause.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : pause.multipliedBy(2);
      open(now);
    } else if (state == State.CLOSED && failures >= FAILURES) {
      open(now);
    }
  }

  /** The call that was let through to try says nothing about the upstream; let another one try. */
  public synchronized void undecided(long now) {
    if (state == State.HALF_OPEN) {
      state = State.OPEN;
      openUntil = now;
    }
  }

  private void open(long now) {
    state = State.OPEN;
    openUntil = now + pause.toNanos();
  }

  synchronized State state() {
    return state;
  }
}
