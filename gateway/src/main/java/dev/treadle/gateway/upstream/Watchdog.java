package dev.treadle.gateway.upstream;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The thread that holds every call's time limits; a timer for each read would cost more. */
public final class Watchdog implements AutoCloseable {
  private static final Duration CHECK = Duration.ofMillis(50);

  private final LongSupplier nanos;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Trouble over;
  private volatile boolean closed;

  public Watchdog(LongSupplier nanos) {
    this.nanos = nanos;
    Thread.ofPlatform().name("gateway-watchdog").daemon().start(this::run);
  }

  /** Begins to watch a call; to be handed back by {@link #release}. */
  public Watch watch(Duration deadline) {
    Watch watch = new Watch(nanos, deadline);
    watches.add(watch);
    Trouble why = over;
    if (why != null) {
      watch.end(why);
    }
    return watch;
  }

  /** The call is over. */
  public void release(Watch watch) {
    watches.remove(watch);
  }

  /** How many calls are under way. */
  public int calls() {
    return watches.size();
  }

  /** Ends every call that is under way, and every one to come. */
  public void endAll(Trouble why) {
    over = why;
    watches.forEach(it -> it.end(why));
  }

  private void run() {
    while (!closed) {
      LockSupport.parkNanos(CHECK.toNanos());
      long now = nanos.getAsLong();
      watches.forEach(it -> it.check(now));
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
