package dev.treadle.gateway.upstream;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time limits of one client's call, through all its attempts, and the way to end it from
 * another thread. Who waits for an upstream does so in a blocking read; ending it means closing the
 * socket under that read.
 */
public final class Watch {
  private static final long NEVER = Long.MAX_VALUE;

  private final LongSupplier nanos;
  private final long deadline;
  private final Object change = new Object();
  private volatile @Nullable Trouble ended;
  private volatile @Nullable Trouble failed;
  private volatile @Nullable Link link;
  private volatile long limit = NEVER;
  private volatile Trouble limitSays = Trouble.STALLED;
  private long firstContentLimit = NEVER;
  private Duration stall = Duration.ZERO;
  private boolean hasContent;

  /** Its neighbours in the watchdog's ring, which guards them; alone it is its own. */
  private Watch before = this;

  private Watch after = this;

  Watch(LongSupplier nanos, Duration deadline) {
    this.nanos = nanos;
    this.deadline = nanos.getAsLong() + deadline.toNanos();
  }

  void goBefore(Watch other) {
    before = other.before;
    after = other;
    before.after = this;
    other.before = this;
  }

  boolean isInRing() {
    return after != this;
  }

  Watch next() {
    return after;
  }

  void leave() {
    before.after = after;
    after.before = before;
    before = this;
    after = this;
  }

  /** A new attempt, with its own limits. */
  void attempt(Duration firstContent, Duration stallLimit) {
    failed = null;
    hasContent = false;
    stall = stallLimit;
    firstContentLimit = nanos.getAsLong() + firstContent.toNanos();
  }

  /** The connection that this call waits for now. */
  void attach(@Nullable Link current) {
    link = current;
    if (current != null && (ended != null || failed != null)) {
      current.abort();
    }
  }

  /** The caller begins to wait for the upstream. */
  void waiting() {
    limitSays = hasContent ? Trouble.STALLED : Trouble.FIRST_CONTENT_TIMEOUT;
    limit = hasContent ? nanos.getAsLong() + stall.toNanos() : firstContentLimit;
  }

  /** The caller waits no more: from here on it is too late to say that it waited too long. */
  void rested() {
    synchronized (change) {
      limit = NEVER;
    }
  }

  /** From here on the upstream may take its time between two pieces, not before the first. */
  public void contentCame() {
    hasContent = true;
  }

  /** Ends the call for good. */
  public void end(Trouble why) {
    synchronized (change) {
      if (ended == null) {
        ended = why;
      }
      change.notifyAll();
    }
    abort();
  }

  private void abort() {
    Link current = link;
    if (current != null) {
      current.abort();
    }
  }

  /** Looks at the clock: called every now and then by another thread. */
  void check(long now) {
    if (ended != null) {
      return;
    }
    if (now - deadline > 0) {
      end(Trouble.DEADLINE);
    } else if (isLate(now)) {
      synchronized (change) {
        if (!isLate(now)) {
          return;
        }
        failed = limitSays;
      }
      abort();
    }
  }

  private boolean isLate(long now) {
    long until = limit;
    return until != NEVER && now - until > 0 && failed == null;
  }

  /** Why this call, or its present attempt, was ended from outside; null if it was not. */
  public @Nullable Trouble trouble() {
    Trouble end = ended;
    return end != null ? end : failed;
  }

  /** How much time the call has left. */
  public Duration left() {
    return Duration.ofNanos(Math.max(0, deadline - nanos.getAsLong()));
  }

  /** Waits, unless the call ends before; tells whether it goes on. */
  public boolean pause(Duration time) {
    long end = nanos.getAsLong() + time.toNanos();
    synchronized (change) {
      while (ended == null) {
        long millis = Duration.ofNanos(end - nanos.getAsLong()).toMillis();
        if (millis <= 0) {
          return true;
        }
        try {
          change.wait(millis);
        } catch (InterruptedException e) {
          // Nobody interrupts a call to end it: end() does.
          Thread.currentThread().interrupt();
          return false;
        }
      }
      return false;
    }
  }

  /** What a failure of the connection means, now that it happened. */
  CallFailed failure(String what, @Nullable Exception cause, Trouble otherwise) {
    Trouble known = trouble();
    Trouble trouble = known == null ? otherwise : known;
    String why =
        known != null || cause == null || cause.getMessage() == null
            ? ""
            : ": " + cause.getMessage();
    return new CallFailed(trouble, what + why, cause);
  }
}
