package dev.treadle.app.local;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** The line in front of a model that answers one at a time: in order, and not long. */
final class Turns {
  private static final long LOOK_MILLIS = 100;

  private final int mostWaiting;
  private final Semaphore turn = new Semaphore(1, true);
  private final AtomicInteger waiting = new AtomicInteger();

  /** A turn that was taken; closing gives it to the next. */
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  Turns(int mostWaiting) {
    this.mostWaiting = mostWaiting;
  }

  /**
   * Waits for a turn.
   *
   * @param isGone asked now and then; whoever has gone waits no longer
   * @throws Refusal 429 if too many wait already
   */
  Turn take(BooleanSupplier isGone) throws Refusal {
    if (waiting.incrementAndGet() > mostWaiting + 1) {
      waiting.decrementAndGet();
      throw new Refusal(
          429,
          mostWaiting + " requests wait for this model already: try again later",
          null,
          "rate_limit_exceeded");
    }
    boolean isTaken = false;
    try {
      while (!isTaken && !isGone.getAsBoolean()) {
        isTaken = turn.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!isTaken) {
        waiting.decrementAndGet();
      }
    }
    if (!isTaken) {
      throw new Refusal(503, "the request was given up before its turn came", null, "gone");
    }
    return () -> {
      turn.release();
      waiting.decrementAndGet();
    };
  }

  /** Waits until nobody has a turn, and lets nobody have one any more. */
  void end() {
    turn.acquireUninterruptibly();
  }
}
