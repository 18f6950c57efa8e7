package dev.treadle.training.torchrun;

import java.util.List;
import java.util.stream.Collectors;

/** Writes words so that a shell reads them as they are. */
final class Shell {
  private Shell() {}

  static String words(List<String> words) {
    return words.stream()
        .map(it -> it.matches("[\\w./:=@%+,-]+") ? it : "'" + it.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}
