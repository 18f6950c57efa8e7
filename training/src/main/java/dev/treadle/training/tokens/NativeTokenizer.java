package dev.treadle.training.tokens;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.treadle.training.TrainingError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Hugging Face's {@code tokenizers} as native code. The library lies in a jar; it is unpacked to a
 * temporary file, loaded, and the file removed. The jar's own loader would keep a copy in the
 * user's folder, look for graphics cards, fetch other builds and report that it was used: it is not
 * called, and not even there.
 */
final class NativeTokenizer implements AutoCloseable {
  private static final List<String> SYSTEMS =
      List.of("linux-x86_64", "linux-aarch64", "osx-aarch64");

  /** Loads the library when it is first used; what failed once is not tried again. */
  private static final class Loaded {
    static final Optional<String> FAILURE = load();
  }

  private final TokenizersLibrary library = TokenizersLibrary.LIB;
  private long handle;

  /**
   * Reads a tokenizer.
   *
   * @param json what {@code tokenizer.json} says
   * @throws IllegalArgumentException with what the library has against it
   */
  NativeTokenizer(String json) {
    if (Loaded.FAILURE.isPresent()) {
      throw TrainingError.ENGINE_ABSENT.because(Loaded.FAILURE.get());
    }
    try {
      handle = library.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    library.disableTruncation(handle);
    library.disablePadding(handle);
  }

  private static Optional<String> load() {
    String name = System.mapLibraryName("tokenizers");
    String reason = "there is none for this system";
    for (String system : SYSTEMS) {
      try (InputStream in =
          TokenizersLibrary.class.getResourceAsStream("/native/lib/" + system + "/cpu/" + name)) {
        if (in != null) {
          load(in);
          return Optional.empty();
        }
      } catch (IOException | UnsatisfiedLinkError e) {
        reason = String.valueOf(e.getMessage());
      }
    }
    return Optional.of(
        "the tokenizer's native library cannot be loaded ("
            + reason
            + "): it is there for Linux and for macOS on arm64, and needs a temporary folder that"
            + " programs may be loaded from (-Djava.io.tmpdir=FOLDER)");
  }

  @SuppressWarnings("restricted")
  private static void load(InputStream in) throws IOException {
    Path file = Files.createTempFile("treadle-tokenizers", ".lib");
    try {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      System.load(file.toAbsolutePath().toString());
    } finally {
      Files.delete(file);
    }
  }

  int[] encode(String text, boolean withSpecialTokens) {
    long encoding = library.encode(open(), text, withSpecialTokens);
    try {
      long[] ids = library.getTokenIds(encoding);
      int[] tokens = new int[ids.length];
      for (int i = 0; i < ids.length; i++) {
        tokens[i] = Math.toIntExact(ids[i]);
      }
      return tokens;
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  String decode(int[] tokens) {
    long[] ids = new long[tokens.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokens[i];
    }
    return library.decode(open(), ids, false);
  }

  private long open() {
    if (handle == 0) {
      throw new IllegalStateException("the tokenizer is closed");
    }
    return handle;
  }

  @Override
  public void close() {
    if (handle != 0) {
      library.deleteTokenizer(handle);
      handle = 0;
    }
  }
}
