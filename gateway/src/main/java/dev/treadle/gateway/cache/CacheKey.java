package dev.treadle.gateway.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a cached answer is found by: the state of the configuration that it was given under, and the
 * SHA-256 of everything that another answer could follow from.
 *
 * @param epoch of the route; an answer of another epoch is never found
 * @param first to {@code fourth}: the digest
 */
public record CacheKey(long epoch, long first, long second, long third, long fourth) {

  /** A key whose parts are still to come. */
  public static Parts of(long epoch) {
    return new Parts(epoch);
  }

  /**
   * The parts of a key, in order. Each goes into the digest behind its length, so that no two lists
   * of parts are the same bytes. For one thread.
   */
  public static final class Parts {
    private final long epoch;
    private final MessageDigest digest;
    private final byte[] number = new byte[Integer.BYTES];

    private Parts(long epoch) {
      this.epoch = epoch;
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }

    /** One more part. It came from bytes, so that its UTF-8 is that of no other text. */
    public Parts add(String part) {
      return add(part.getBytes(StandardCharsets.UTF_8));
    }

    /** One more part. */
    public Parts add(byte[] part) {
      add(part.length);
      digest.update(part, 0, part.length);
      return this;
    }

    /** A number: how many parts of a kind follow, say. */
    public Parts add(int count) {
      ByteBuffer.wrap(number).putInt(count);
      digest.update(number, 0, number.length);
      return this;
    }

    /** The key of all parts; no more can follow. */
    public CacheKey key() {
      ByteBuffer all = ByteBuffer.wrap(digest.digest());
      return new CacheKey(epoch, all.getLong(), all.getLong(), all.getLong(), all.getLong());
    }
  }
}
