package dev.treadle.transcript;

import java.util.Arrays;

/**
 * The secret of one lake, with which digests and pseudonyms are made. Without it nobody can test a
 * guess of a redacted text against its digest.
 */
public final class DigestKey {
  private static final int BYTES = 32;

  private final byte[] bytes;

  public DigestKey(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "a digest key has " + BYTES + " bytes, not " + bytes.length);
    }
    this.bytes = Arrays.copyOf(bytes, BYTES);
  }

  /**
   * The pseudonym of a person or key, {@code p_} and 16 hexadecimal digits: what forgetting works
   * on.
   */
  public String pseudonym(String who) {
    return "p_" + hash().text("subject").text(who).hex().substring(0, 16);
  }

  Sha256 hash() {
    return Sha256.keyed(bytes);
  }

  @Override
  public String toString() {
    return "DigestKey[***]";
  }
}
