package dev.treadle.transcript;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A hash over a sequence of texts, each with its length, so that no two sequences run together. */
final class Sha256 {
  private final Consumer<byte[]> update;
  private final Supplier<byte[]> finish;

  private Sha256(Consumer<byte[]> update, Supplier<byte[]> finish) {
    this.update = update;
    this.finish = finish;
  }

  static Sha256 unkeyed() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return new Sha256(digest::update, digest::digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** HMAC-SHA-256. */
  static Sha256 keyed(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return new Sha256(mac::update, mac::doFinal);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256, which takes any key", e);
    }
  }

  Sha256 text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    update.accept(bytes);
    return this;
  }

  Sha256 number(int number) {
    update.accept(
        new byte[] {
          (byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number
        });
    return this;
  }

  String hex() {
    return HexFormat.of().formatHex(finish.get());
  }
}
