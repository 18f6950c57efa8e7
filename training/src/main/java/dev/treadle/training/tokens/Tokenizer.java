package dev.treadle.training.tokens;

import dev.treadle.training.TrainingError;
import dev.treadle.transcript.ExampleCodec;
import dev.treadle.transcript.TreadleException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalInt;

/**
 * A model's tokenizer: texts to the numbers of tokens and back, number for number as Hugging Face's
 * {@code tokenizers} does. It may be used by several threads at once, and closed when none does.
 */
public final class Tokenizer implements AutoCloseable {
  private final NativeTokenizer library;
  private final TokenizerFile file;
  private final int size;
  private final int[] prefix;
  private final String sha256;

  private Tokenizer(NativeTokenizer library, TokenizerFile file, String sha256) {
    this.library = library;
    this.file = file;
    this.size = 1 + file.ids().values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    int[] with = library.encode("a", true);
    int[] without = library.encode("a", false);
    int before = with.length - without.length;
    while (before > 0
        && !Arrays.equals(with, before, before + without.length, without, 0, without.length)) {
      before--;
    }
    this.prefix = Arrays.copyOf(with, Math.max(before, 0));
    this.sha256 = sha256;
  }

  /**
   * Opens the tokenizer of a model's folder.
   *
   * @throws TreadleException if it has no {@code tokenizer.json} or a damaged one, or if there is
   *     no native library for this machine
   */
  public static Tokenizer open(Path folder) {
    byte[] bytes = TokenizerFile.bytesIn(folder);
    TokenizerFile file = TokenizerFile.read(folder, bytes);
    try {
      return new Tokenizer(
          new NativeTokenizer(new String(bytes, StandardCharsets.UTF_8)), file, sha256(bytes));
    } catch (IllegalArgumentException e) {
      throw TrainingError.TOKENIZER_INVALID.because(
          folder.resolve("tokenizer.json") + " is no tokenizer: " + e.getMessage(), e);
    }
  }

  /**
   * The tokens of {@code text}. Added tokens in it are recognised, also special ones; none is put
   * in front or behind. Half of a surrogate pair counts as U+FFFD.
   */
  public int[] encode(String text) {
    return text.isEmpty() ? new int[0] : library.encode(ExampleCodec.wellFormed(text), false);
  }

  /**
   * The text of {@code tokens}, special ones with it.
   *
   * @throws IllegalArgumentException if one of them is not of this tokenizer
   */
  public String decode(int[] tokens) {
    for (int it : tokens) {
      if (it < 0 || it >= size) {
        throw new IllegalArgumentException("no token of this tokenizer: " + it);
      }
    }
    return library.decode(tokens);
  }

  /** The number of its last token and one more: so many rows an embedding needs. */
  public int size() {
    return size;
  }

  /** The number of a token, by its text in the vocabulary. */
  public OptionalInt id(String token) {
    Integer id = file.ids().get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Whether a token is a mark such as {@code <|im_end|>}, which is no part of a text. */
  public boolean isSpecial(int token) {
    return file.added().isSpecial(token);
  }

  /** What stands in front of every text, such as Llama's {@code <|begin_of_text|>}; often none. */
  public int[] prefix() {
    return prefix.clone();
  }

  /**
   * The token that parts documents of plain text: {@code <|endoftext|>}, {@code <|end_of_text|>} or
   * else the one that {@code tokenizer_config.json} calls {@code eos_token}.
   */
  public OptionalInt endOfText() {
    return id(file.endOfText());
  }

  /** The SHA-256 of {@code tokenizer.json}, in hexadecimal digits. */
  public String sha256() {
    return sha256;
  }

  /**
   * Checks that a model has a number for every token.
   *
   * @param vocabulary the rows of the model's embedding
   * @throws TreadleException {@link TrainingError#TOKENIZER_UNFIT}
   */
  public void requireFits(int vocabulary) {
    if (size > vocabulary) {
      throw TrainingError.TOKENIZER_UNFIT.because(
          "the tokenizer has "
              + size
              + " tokens, the model has embeddings for "
              + vocabulary
              + ": they do not belong together");
    }
  }

  AddedTokens added() {
    return file.added();
  }

  boolean isSplittable() {
    return file.isSplittable();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    library.close();
  }
}
