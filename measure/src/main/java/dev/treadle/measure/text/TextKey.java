package dev.treadle.measure.text;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A 128-bit key of a text's normal form (half of a SHA-256): equal for exact duplicates, and for
 * nothing else that anybody will ever see.
 */
public record TextKey(long high, long low) implements Comparable<TextKey> {

  /** The key of a text; case, white space and full-width forms do not matter. */
  public static TextKey of(CharSequence text) {
    return ofNormal(NormalText.of(text));
  }

  static TextKey ofNormal(String normal) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(normal.getBytes(StandardCharsets.UTF_8));
      ByteBuffer bytes = ByteBuffer.wrap(hash);
      return new TextKey(bytes.getLong(), bytes.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public int compareTo(TextKey other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }
}
