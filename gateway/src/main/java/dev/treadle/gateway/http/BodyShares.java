package dev.treadle.gateway.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How much of requests' bodies may be in memory at once, for all connections together. A body waits
 * for its share before it is read, so that its sender waits; small ones pass by. Without that, a
 * few dozen clients with long contexts would use up the heap, and some would get no answer.
 */
final class BodyShares {
  /** What passes by: ten thousand of them at once are a matter for the limit on connections. */
  static final int SMALL = 64 << 10;

  private static final long LEAST = 8L << 20;

  /** What a server needs besides, in queues of what is to be kept, too. */
  private static final long OTHERS = 128L << 20;

  /** A body is there once more while it is read or sent on. */
  private static final int COPIES = 2;

  private final int all;
  private final Semaphore free;

  /** Of a heap of that many bytes. */
  BodyShares(long heap) {
    this.all = (int) Math.min(1 << 20, Math.max(LEAST, (heap - OTHERS) / COPIES) / SMALL);
    this.free = new Semaphore(all, true);
  }

  /**
   * Waits for a share for so many bytes; one that is larger than all there is takes all.
   *
   * @return the share, to be given back; -1 where there was none in time
   */
  int take(long bytes, Duration limit) {
    int share = shareOf(bytes);
    if (share == 0) {
      return 0;
    }
    try {
      return free.tryAcquire(share, limit.toNanos(), TimeUnit.NANOSECONDS) ? share : -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  /**
   * Makes a share large enough for so many bytes, without waiting: who waits for more while it
   * holds some could wait for somebody who does the same.
   *
   * @return the new share; -1 where there is not as much left, and the old one is still held
   */
  int grow(int share, long bytes) {
    int more = shareOf(bytes) - share;
    if (more <= 0) {
      return share;
    }
    return free.tryAcquire(more) ? share + more : -1;
  }

  void giveBack(int share) {
    if (share > 0) {
      free.release(share);
    }
  }

  private int shareOf(long bytes) {
    return bytes <= SMALL ? 0 : (int) Math.min(all, (bytes + SMALL - 1) / SMALL);
  }
}
