package dev.treadle.app.wheel;

import dev.treadle.app.workspace.AppError;
import dev.treadle.measure.text.TextClassifier.Labelled;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Texts with labels, as a file of {@code {"text", "label"}} lines holds them.
 *
 * @param leftOut lines that are none, by reason
 */
public record LabelledTexts(List<Labelled> examples, SortedMap<String, Long> leftOut) {
  private static final int MOST = 200_000;

  /** Reads a file; a line that is none is counted and left out. */
  public static LabelledTexts read(Path file) {
    List<Labelled> examples = new ArrayList<>();
    SortedMap<String, Long> leftOut = new TreeMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          add(line, examples, leftOut);
        }
      }
    } catch (IOException e) {
      throw AppError.NOT_FOUND.because(file + " cannot be read: " + e.getMessage(), e);
    }
    if (examples.isEmpty()) {
      throw AppError.NOT_FOUND.because(
          file
              + " has no line with a text and a label"
              + (leftOut.isEmpty() ? "" : ": " + leftOut));
    }
    return new LabelledTexts(examples, leftOut);
  }

  private static void add(String line, List<Labelled> examples, SortedMap<String, Long> leftOut) {
    JsonNode json;
    try {
      json = Json.read(line.getBytes(StandardCharsets.UTF_8));
    } catch (TreadleException e) {
      leftOut.merge("not_json", 1L, Long::sum);
      return;
    }
    Optional<Labelled> it = Labelled.read(json);
    if (it.isEmpty()) {
      leftOut.merge("no_text_or_label", 1L, Long::sum);
    } else if (examples.size() == MOST) {
      leftOut.merge("too_many", 1L, Long::sum);
    } else {
      examples.add(it.get());
    }
  }
}
