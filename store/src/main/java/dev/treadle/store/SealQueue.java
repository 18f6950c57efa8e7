package dev.treadle.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Seals ended segments one after the other on a thread of its own, beside the writing. Only a few
 * may wait, as each holds a file and a lock open: where the writing is faster for long, further
 * ones are let go, as if their writer had died, and recovered when the queue is through.
 */
final class SealQueue implements AutoCloseable {
  private static final int KEPT_TROUBLES = 100;
  private static final int MOST_WAITING = 4;

  private final Sealer sealer;
  private final Recovering recovery;
  private final ExecutorService thread;
  private final List<String> troubles = new ArrayList<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean letGo = new AtomicBoolean();

  /** Seals what nobody holds. */
  interface Recovering {
    void run() throws IOException;
  }

  SealQueue(Sealer sealer, Recovering recovery) {
    this(
        sealer,
        recovery,
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("lake-sealer").daemon().factory()));
  }

  /** With a thread of the caller's, which this ends. */
  SealQueue(Sealer sealer, Recovering recovery, ExecutorService thread) {
    this.sealer = sealer;
    this.recovery = recovery;
    this.thread = thread;
  }

  void add(Segment segment) {
    if (waiting.get() >= MOST_WAITING) {
      letGo(segment);
      return;
    }
    waiting.incrementAndGet();
    thread.execute(
        () -> {
          seal(segment);
          waiting.decrementAndGet();
        });
  }

  private void letGo(Segment segment) {
    try {
      segment.finish();
    } catch (IOException e) {
      addTrouble("closing " + segment.file() + " failed: " + e);
    } finally {
      segment.release();
    }
    if (!letGo.getAndSet(true)) {
      thread.execute(this::recover);
    }
  }

  private void recover() {
    letGo.set(false);
    try {
      recovery.run();
    } catch (IOException e) {
      addTrouble("sealing what was let go failed and is left for later: " + e);
    }
  }

  /** What fails here fails nobody: the plain file stays, and the next process seals it. */
  private void seal(Segment segment) {
    try {
      segment.finish();
      sealer.seal(segment.streamFolder(), segment.name());
    } catch (IOException e) {
      addTrouble("sealing " + segment.file() + " failed and is left for later: " + e);
    } finally {
      segment.release();
    }
  }

  private synchronized void addTrouble(String trouble) {
    if (troubles.size() < KEPT_TROUBLES) {
      troubles.add(trouble);
    }
  }

  synchronized List<String> troubles() {
    return List.copyOf(troubles);
  }

  /** Waits until what was added before is sealed. */
  void await() {
    try {
      thread.submit(() -> {}).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    thread.close();
  }
}
