package dev.treadle.measure.score;

import dev.treadle.transcript.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The pairs of answers and references that the scorer is measured by. */
final class AnswerPairs {
  private AnswerPairs() {}

  /** An answer, its reference, and whether it is right, as a person decided. */
  record Pair(String kind, String question, String answer, String reference, boolean isRight) {
    Judgement judgement() {
      return AnswerScore.judge(question, answer, reference);
    }

    /** Whether the scorer decides as the person did. */
    boolean isAgreed() {
      return (judgement().score() >= 0.5) == isRight;
    }
  }

  /** All of them: by now the scorer has been mended by every one. */
  static List<Pair> shipped() {
    return Stream.of("/answer-pairs.jsonl", "/answer-pairs-unseen.jsonl")
        .flatMap(it -> resource(it).stream())
        .toList();
  }

  private static List<Pair> resource(String name) {
    InputStream in = Objects.requireNonNull(AnswerPairs.class.getResourceAsStream(name));
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return read(lines.lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Pair> read(List<String> lines) {
    return lines.stream()
        .filter(it -> !it.isBlank())
        .map(Json::read)
        .map(
            it ->
                new Pair(
                    text(it, "kind"),
                    text(it, "question"),
                    text(it, "answer"),
                    text(it, "reference"),
                    it.path("right").booleanValue()))
        .toList();
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).asString("");
  }
}
