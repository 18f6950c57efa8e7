package dev.treadle.gateway.upstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The thread that holds every call's time limits; a timer for each read would cost more. */
public final class Watchdog implements AutoCloseable {
  private static final Duration CHECK = Duration.ofMillis(50);

  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();

  /** All of them, in a ring that begins and ends here; guarded by the lock, as is their number. */
  private final Watch ring;

  private int number;
  private volatile @Nullable Trouble over;
  private volatile boolean closed;

  public Watchdog(LongSupplier nanos) {
    this.nanos = nanos;
    this.ring = new Watch(nanos, Duration.ZERO);
    Thread.ofPlatform().name("gateway-watchdog").daemon().start(this::run);
  }

  /** Begins to watch a call; to be handed back by {@link #release}. */
  public Watch watch(Duration deadline) {
    Watch watch = new Watch(nanos, deadline);
    lock.lock();
    try {
      watch.goBefore(ring);
      number++;
    } finally {
      lock.unlock();
    }
    Trouble why = over;
    if (why != null) {
      watch.end(why);
    }
    return watch;
  }

  /** The call is over. */
  public void release(Watch watch) {
    lock.lock();
    try {
      if (watch.isInRing()) {
        watch.leave();
        number--;
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many calls are under way. */
  public int calls() {
    lock.lock();
    try {
      return number;
    } finally {
      lock.unlock();
    }
  }

  /** Those of this moment: what is done to them may take its time. */
  private List<Watch> watches() {
    lock.lock();
    try {
      List<Watch> all = new ArrayList<>(number);
      for (Watch it = ring.next(); it != ring; it = it.next()) {
        all.add(it);
      }
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Ends every call that is under way, and every one to come. */
  public void endAll(Trouble why) {
    over = why;
    watches().forEach(it -> it.end(why));
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(CHECK.toNanos());
      long now = nanos.getAsLong();
      watches().forEach(it -> it.check(now));
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
