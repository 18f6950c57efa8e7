package dev.treadle.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for locks that are held for a moment only. Their files stay: deleting one is a race. */
final class Locks {
  private static final long PAUSE_MILLIS = 5;

  private Locks() {}

  static Disk.Lock take(Disk disk, Path file, Duration patience) throws IOException {
    long tries = 1 + patience.toMillis() / PAUSE_MILLIS;
    for (long i = 0; i < tries; i++) {
      Optional<Disk.Lock> lock = disk.tryLock(file);
      if (lock.isPresent()) {
        return lock.get();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
    }
    throw StoreError.BUSY.because(
        "the lock "
            + file
            + " was held for over "
            + patience.toSeconds()
            + " s by another process: wait for it or end it");
  }
}
