package dev.treadle.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Seals ended segments one after the other on a thread of its own, beside the writing. */
final class SealQueue implements AutoCloseable {
  private static final int KEPT_TROUBLES = 100;

  private final Sealer sealer;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("lake-sealer").daemon().factory());
  private final List<String> troubles = new ArrayList<>();

  SealQueue(Sealer sealer) {
    this.sealer = sealer;
  }

  void add(Segment segment) {
    thread.execute(() -> seal(segment));
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
