package dev.treadle.training.finetune;

import dev.treadle.training.TrainingError;
import dev.treadle.training.tokens.Dataset;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Names for what lies in files, by what they hold. */
public final class Hashes {
  private static final int PIECE = 1 << 20;

  private Hashes() {}

  /** Of a model: its configuration and weights. */
  public static String model(Path folder) {
    MessageDigest digest = sha256();
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files =
          entries
              .filter(
                  it ->
                      it.getFileName().toString().equals("config.json")
                          || it.getFileName().toString().endsWith(".safetensors"))
              .sorted()
              .toList();
    } catch (IOException e) {
      throw TrainingError.reading(folder, e);
    }
    for (Path it : files) {
      digest.update(it.getFileName().toString().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      add(it, digest);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(Path file, MessageDigest digest) {
    byte[] piece = new byte[PIECE];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        digest.update(piece, 0, read);
      }
    } catch (IOException e) {
      throw TrainingError.reading(file, e);
    }
  }

  /** Of what is learned and judged by: the files' hashes, wherever they lie. */
  public static String datasets(Dataset train, Optional<Dataset> validation) {
    MessageDigest digest = sha256();
    add(train, digest);
    digest.update((byte) '|');
    validation.ifPresent(it -> add(it, digest));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(Dataset dataset, MessageDigest digest) {
    for (String it : dataset.files().values()) {
      digest.update(it.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
