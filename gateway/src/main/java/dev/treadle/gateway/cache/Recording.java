package dev.treadle.gateway.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Takes down a stream while it is sent. Every page is asked of the cache before it is made; without
 * one the recording is given up, and the stream goes on without it. For one thread.
 */
public final class Recording implements AutoCloseable {
  private static final int FIRST_PAGE = 4096;
  private static final int LARGEST_PAGE = 256 << 10;

  private final ResponseCache cache;
  private final long most;
  private final List<byte[]> full = new ArrayList<>();
  private byte[] page = new byte[0];
  private int used;
  private long reserved;
  private boolean isOver;

  /** A recording of that many bytes at most. */
  Recording(ResponseCache cache, long most) {
    this.cache = cache;
    this.most = most;
  }

  /** Takes down what was sent. */
  public void add(byte[] bytes) {
    int from = 0;
    while (from < bytes.length && !isOver) {
      if (used == page.length && !hasTurned(bytes.length - from)) {
        close();
        return;
      }
      int count = Math.min(bytes.length - from, page.length - used);
      System.arraycopy(bytes, from, page, used, count);
      used += count;
      from += count;
    }
  }

  /** Begins a page that is as large as all before, within bounds; false where there is no room. */
  private boolean hasTurned(int wanted) {
    int size = Math.clamp(Math.max(reserved, wanted), FIRST_PAGE, LARGEST_PAGE);
    if (reserved + size > most || !cache.isReserved(size)) {
      return false;
    }
    reserved += size;
    if (used > 0) {
      full.add(page);
    }
    page = new byte[size];
    used = 0;
    return true;
  }

  /** What was sent, where all of it was taken down. The recording is over then. */
  public Optional<SentBytes> end() {
    if (isOver) {
      return Optional.empty();
    }
    List<byte[]> pages = new ArrayList<>(full);
    pages.add(used == page.length ? page : Arrays.copyOf(page, used));
    close();
    return Optional.of(new SentBytes(pages));
  }

  /** Gives back what it holds; nothing more is taken down. */
  @Override
  public void close() {
    if (!isOver) {
      isOver = true;
      cache.release(reserved);
      full.clear();
      page = new byte[0];
      used = 0;
    }
  }
}
