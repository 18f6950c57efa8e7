package dev.treadle.gateway.cache;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** The body of an answer as it was sent, in the pages that it was recorded in. Immutable. */
public final class SentBytes {
  /** What an array and the place that knows it take beside its content, generously. */
  static final int PAGE_OVERHEAD = 32;

  private final List<byte[]> pages;

  SentBytes(List<byte[]> pages) {
    this.pages = List.copyOf(pages);
  }

  /** A body that was sent in one piece; the array must not change any more. */
  public static SentBytes of(byte[] body) {
    return new SentBytes(List.of(body));
  }

  /** How much memory it takes. */
  long heldBytes() {
    long bytes = 0;
    for (byte[] page : pages) {
      bytes += page.length + PAGE_OVERHEAD;
    }
    return bytes;
  }

  /** Whether these are the bytes that it holds, and not only equal ones. */
  boolean holds(byte[] bytes) {
    return pages.size() == 1 && pages.getFirst() == bytes;
  }

  /** All of it; nobody changes it. */
  public byte[] bytes() {
    if (pages.size() == 1) {
      return pages.getFirst();
    }
    int length = 0;
    for (byte[] page : pages) {
      length += page.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] page : pages) {
      System.arraycopy(page, 0, all, at, page.length);
      at += page.length;
    }
    return all;
  }

  /** Writes all of it. */
  public void writeTo(OutputStream out) throws IOException {
    for (byte[] page : pages) {
      out.write(page, 0, page.length);
    }
  }
}
