package dev.treadle.training.tokens;

import dev.treadle.transcript.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** A file that is read once and hashed on the way. */
final class HashedInput implements AutoCloseable {
  private final MessageDigest digest;
  private final InputStream in;

  HashedInput(Path file) throws IOException {
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    this.in =
        new BufferedInputStream(new DigestInputStream(Files.newInputStream(file), digest), 1 << 16);
  }

  InputStream stream() {
    return in;
  }

  /** The next line; of one that is too long one byte more than may be, or nothing at the end. */
  Optional<byte[]> line() throws IOException {
    int it = in.read();
    if (it < 0) {
      return Optional.empty();
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 10);
    for (; it >= 0 && it != '\n'; it = in.read()) {
      if (line.size() <= Json.MAX_LINE_BYTES) {
        line.write(it);
      }
    }
    return Optional.of(line.toByteArray());
  }

  /** Reads what is left. */
  void finish() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }

  /** The SHA-256 of what was read. */
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
