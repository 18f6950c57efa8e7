package dev.treadle.training.tokens;

import dev.treadle.testkit.Project;
import java.nio.file.Path;
import java.util.Locale;

/** The small tokenizers that lie beside the tests; {@link BytePairTrainerTest} makes them. */
final class Tokenizers {
  static final Path FOLDER = Project.root().resolve("training/src/test/resources/tokens");

  /** For properties, which try hundreds of times; it stays open. */
  static final Tokenizer LLAMA = open(TokenizerFamily.LLAMA);

  private Tokenizers() {}

  static Path folder(TokenizerFamily family) {
    return FOLDER.resolve(family.name().toLowerCase(Locale.ROOT));
  }

  static Tokenizer open(TokenizerFamily family) {
    return Tokenizer.open(folder(family));
  }
}
