package dev.treadle.gateway.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The other connections' threads. There is one for all servers of a process, as the JDK has one
 * scheduler of virtual threads.
 */
public final class Others {
  /** With fewer requests under way a core is idle, and would only be woken for nothing. */
  private static final int FEW = Runtime.getRuntime().availableProcessors();

  /**
   * Of so many requests, so many let nobody go first. A thread that goes to the end of the queue
   * keeps the queue from running empty, and only then does the JDK's scheduler look at what came
   * from outside: those whose bytes were waited for, who would wait for tens of milliseconds.
   */
  private static final int ROUND = 32;

  private static final int DIRECT = 8;

  private static final long BEGUN = 1L << 32;

  /** In the upper half how many requests came, in the lower how many are being answered. */
  private static final AtomicLong REQUESTS = new AtomicLong();

  private Others() {}

  /** A request came. */
  static void began() {
    REQUESTS.addAndGet(BEGUN + 1);
  }

  /** It was answered. */
  static void ended() {
    REQUESTS.decrementAndGet();
  }

  /**
   * Lets threads that have something to do go first, where there may be some. To be called before a
   * read whose bytes can hardly be there yet: asking the system in vain, and being woken by it,
   * takes several times as long as going to the end of the queue. Nothing hangs on it.
   */
  @SuppressWarnings("ThreadPriorityCheck") // It saves time, and no more is asked of it.
  public static void goFirst() {
    long requests = REQUESTS.get();
    boolean areMany = (int) requests > FEW;
    if (areMany && (requests >>> 32) % ROUND >= DIRECT) {
      Thread.yield();
    }
  }
}
