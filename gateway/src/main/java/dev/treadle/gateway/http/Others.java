package dev.treadle.gateway.http;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The other connections' threads. There is one for all servers of a process, as the JDK has one
 * scheduler of virtual threads.
 */
public final class Others {
  /** With fewer requests under way a core is idle, and would only be woken for nothing. */
  private static final int FEW = Runtime.getRuntime().availableProcessors();

  private static final AtomicInteger ANSWERING = new AtomicInteger();

  private Others() {}

  /** A request came. */
  static void began() {
    ANSWERING.incrementAndGet();
  }

  /** It was answered. */
  static void ended() {
    ANSWERING.decrementAndGet();
  }

  /**
   * Lets threads that have something to do go first, where there may be some. To be called before a
   * read whose bytes can hardly be there yet: asking the system in vain, and being woken by it,
   * takes several times as long as going to the end of the queue. Nothing hangs on it.
   */
  @SuppressWarnings("ThreadPriorityCheck") // It saves time, and no more is asked of it.
  public static void goFirst() {
    if (ANSWERING.get() > FEW) {
      Thread.yield();
    }
  }
}
