package dev.treadle.gateway.cache;

import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Answers by their keys, in memory alone, within a bound in bytes: the one that was not asked for
 * the longest makes room first. For any number of threads.
 *
 * <p>What is counted is what an entry holds, its key and its place in the table included, and the
 * pages of streams that are still being recorded. These may take a quarter of the memory together,
 * and one entry an eighth: neither one answer nor many at once drive out all others.
 */
public final class ResponseCache {
  private static final int LARGEST_SHARE = 8;
  private static final int RECORDINGS_SHARE = 4;

  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<CacheKey, CachedAnswer> answers =
      new LinkedHashMap<>(64, 0.75f, true);
  private Set<Long> epochs = Set.of();
  private long most;
  private long held;
  private long recorded;
  private long evicted;

  /**
   * Goes on with another bound and other epochs; what has no room and what is of none of these goes
   * at once.
   *
   * @param mostBytes at most
   */
  public void change(long mostBytes, Set<Long> present) {
    lock.lock();
    try {
      most = mostBytes;
      epochs = Set.copyOf(present);
      for (Iterator<Map.Entry<CacheKey, CachedAnswer>> all = answers.entrySet().iterator();
          all.hasNext(); ) {
        Map.Entry<CacheKey, CachedAnswer> entry = all.next();
        boolean isGone =
            !epochs.contains(entry.getKey().epoch()) || entry.getValue().heldBytes() > largest();
        if (isGone) {
          held -= entry.getValue().heldBytes();
          all.remove();
        }
      }
      makeRoom(0);
    } finally {
      lock.unlock();
    }
  }

  private long largest() {
    return most / LARGEST_SHARE;
  }

  /** The answer of that key, if there is one that is not too old. */
  public Optional<CachedAnswer> find(CacheKey key, Instant now) {
    lock.lock();
    try {
      CachedAnswer found = answers.get(key);
      if (found != null && !found.isFresh(now)) {
        answers.remove(key);
        held -= found.heldBytes();
        return Optional.empty();
      }
      return Optional.ofNullable(found);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Keeps an answer, in place of an older one of that key.
   *
   * @return whether it is kept: not where it is too large, or its epoch is over
   */
  public boolean put(CacheKey key, CachedAnswer answer) {
    long bytes = answer.heldBytes();
    lock.lock();
    try {
      if (bytes > largest() || !epochs.contains(key.epoch())) {
        return false;
      }
      CachedAnswer before = answers.remove(key);
      held -= before == null ? 0 : before.heldBytes();
      makeRoom(bytes);
      if (held + recorded + bytes > most) {
        return false; // Streams that were begun before the bound was lowered.
      }
      answers.put(key, answer);
      held += bytes;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void makeRoom(long bytes) {
    Iterator<CachedAnswer> eldest = answers.values().iterator();
    while (held + recorded + bytes > most && eldest.hasNext()) {
      held -= eldest.next().heldBytes();
      eldest.remove();
      evicted++;
    }
  }

  /** Takes back this answer, if it is still the one of that key. */
  public void remove(CacheKey key, CachedAnswer answer) {
    lock.lock();
    try {
      if (answers.remove(key, answer)) {
        held -= answer.heldBytes();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of what is too old to be given. */
  public void sweep(Instant now) {
    lock.lock();
    try {
      for (Iterator<CachedAnswer> all = answers.values().iterator(); all.hasNext(); ) {
        CachedAnswer answer = all.next();
        if (!answer.isFresh(now)) {
          held -= answer.heldBytes();
          all.remove();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes down a stream. */
  public Recording record() {
    lock.lock();
    try {
      return new Recording(this, largest());
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is room for a page of a recording; it counts from now on. */
  boolean isReserved(int bytes) {
    lock.lock();
    try {
      if (recorded + bytes > most / RECORDINGS_SHARE) {
        return false;
      }
      makeRoom(bytes);
      recorded += bytes;
      return true;
    } finally {
      lock.unlock();
    }
  }

  void release(long bytes) {
    lock.lock();
    try {
      recorded -= bytes;
    } finally {
      lock.unlock();
    }
  }

  /** How much memory it takes at present. */
  public long heldBytes() {
    lock.lock();
    try {
      return held + recorded;
    } finally {
      lock.unlock();
    }
  }

  /** How many answers it holds. */
  public int size() {
    lock.lock();
    try {
      return answers.size();
    } finally {
      lock.unlock();
    }
  }

  /** How many answers made room for others. */
  public long evicted() {
    lock.lock();
    try {
      return evicted;
    } finally {
      lock.unlock();
    }
  }
}
