package dev.treadle.training;

import dev.treadle.testkit.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The tiny models that Hugging Face's programs made; python/make_models.py says how. */
public final class GoldenModels {
  public static final List<String> NAMES = List.of("llama", "qwen2", "qwen3");

  private GoldenModels() {}

  public static Path folder(String name) {
    return Project.root().resolve("training/src/test/resources/models").resolve(name);
  }

  /** A copy that a test may damage. */
  public static Path copy(String name, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(folder(name))) {
      for (Path it : walk.toList()) {
        Path target = to.resolve(folder(name).relativize(it).toString());
        if (Files.isDirectory(it)) {
          Files.createDirectories(target);
        } else {
          Files.copy(it, target);
        }
      }
    }
    return to;
  }

  /** Replaces a text in a file that must hold it. */
  public static void edit(Path file, String text, String by) throws IOException {
    String before = Files.readString(file);
    if (!before.contains(text)) {
      throw new IllegalArgumentException(file + " has no " + text);
    }
    Files.writeString(file, before.replace(text, by));
  }
}
