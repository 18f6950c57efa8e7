package dev.treadle.training.torchrun;

import java.util.List;

/**
 * Why a process says that it failed.
 *
 * @param rank its number
 * @param message its exception, in one line
 */
record Failure(int rank, String message) {
  private static final int MOST_LETTERS = 400;
  private static final int MOST_LINES = 4;

  /** The last lines of an output as one. */
  static String lastLines(String output) {
    List<String> lines =
        output
            .lines()
            .map(it -> it.replaceAll("\\p{Cntrl}(\\[[\\d;]*m)?", " ").strip())
            .filter(it -> !it.isEmpty() && !it.matches("[=\\-*]+"))
            .toList();
    String last =
        String.join(" | ", lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
    return last.isEmpty()
        ? "it said nothing"
        : last.substring(Math.max(0, last.length() - MOST_LETTERS));
  }
}
