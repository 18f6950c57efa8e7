package dev.treadle.routing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * RouteLLM's published answers to MMLU: for each question, whether the weak and the strong model
 * got it right. One file of comma-separated values a subject; the columns are prompt, weak, strong.
 */
final class ExamTable {
  static final String WEAK = "weak";
  static final String STRONG = "strong";

  /** One question. */
  record Row(String subject, String prompt, double weak, double strong) {
    LearnedRouter.Observation observation(boolean withSubject, int number) {
      return new LearnedRouter.Observation(
          request(withSubject),
          Map.of(WEAK, weak, STRONG, strong),
          Map.of(WEAK, 0.00024, STRONG, 0.0247),
          "q" + number);
    }

    RoutingRequest request(boolean withSubject) {
      return new RoutingRequest(
          prompt,
          withSubject ? Optional.of(subject) : Optional.empty(),
          List.of(),
          Optional.empty(),
          false,
          prompt.length());
    }
  }

  private ExamTable() {}

  /** Every row below a folder, in the order of the files' names. */
  static List<Row> read(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files =
          all.filter(it -> it.toString().endsWith(".csv") && it.toString().contains("responses"))
              .sorted()
              .toList();
    }
    List<Row> rows = new ArrayList<>();
    for (Path file : files) {
      String subject = file.getFileName().toString().replaceFirst("^mmlu_", "").replace(".csv", "");
      List<List<String>> lines = cells(Files.readString(file));
      for (List<String> line : lines.subList(1, lines.size())) {
        if (line.size() != 3) {
          throw new IOException("not three columns in " + file + ": " + line);
        }
        rows.add(new Row(subject, line.get(0), score(line.get(1)), score(line.get(2))));
      }
    }
    return rows;
  }

  private static double score(String cell) throws IOException {
    return switch (cell) {
      case "True" -> 1;
      case "False" -> 0;
      default -> throw new IOException("neither True nor False: " + cell);
    };
  }

  /** RFC 4180: quotes around what has commas, quotes or line ends, doubled within. */
  private static List<List<String>> cells(String text) {
    List<List<String>> lines = new ArrayList<>();
    List<String> line = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean isQuoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && isQuoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        cell.append('"');
        i++;
      } else if (c == '"') {
        isQuoted = !isQuoted;
      } else if (isQuoted || (c != ',' && c != '\n' && c != '\r')) {
        cell.append(c);
      } else if (c == ',') {
        line.add(cell.toString());
        cell.setLength(0);
      } else if (c == '\n') {
        line.add(cell.toString());
        cell.setLength(0);
        lines.add(List.copyOf(line));
        line.clear();
      }
    }
    if (!line.isEmpty() || !cell.isEmpty()) {
      line.add(cell.toString());
      lines.add(List.copyOf(line));
    }
    return lines;
  }
}
