package dev.treadle.training.torchrun;

import dev.treadle.training.TrainingError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Says of a run's checkpoints which are whole: those that every process has marked so. */
final class Marks {
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,9})");
  private static final String MARK = "treadle.json";

  private Marks() {}

  static String name(int step) {
    return "checkpoint-" + step;
  }

  /** The step of the last whole one. */
  static Optional<Integer> last(Path output) {
    try (Stream<Path> entries = Files.list(output)) {
      return entries
          .filter(it -> Files.exists(it.resolve(MARK)))
          .map(it -> NAME.matcher(it.getFileName().toString()))
          .filter(Matcher::matches)
          .map(it -> Integer.valueOf(it.group(1)))
          .max(Comparator.naturalOrder());
    } catch (IOException e) {
      throw TrainingError.reading(output, e);
    }
  }
}
