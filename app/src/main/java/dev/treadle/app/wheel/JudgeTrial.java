package dev.treadle.app.wheel;

import dev.treadle.app.workspace.AppError;
import dev.treadle.gateway.Secret;
import dev.treadle.measure.score.JudgeReport;
import dev.treadle.transcript.Json;
import dev.treadle.transcript.TreadleException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Has labelled answers graded by a gateway's judging model, and compares grades with labels. */
public final class JudgeTrial {
  private static final int MOST = 10_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final URI gateway;
  private final Secret key;
  private final SortedMap<String, Long> leftOut = new TreeMap<>();

  /**
   * A trial.
   *
   * @param key of the gateway
   */
  public JudgeTrial(URI gateway, Secret key) {
    this.gateway = gateway;
    this.key = key;
  }

  /** Lines that are no labelled answer, by reason. */
  public SortedMap<String, Long> leftOut() {
    return leftOut;
  }

  /**
   * Grades the answers of a file: {@code question}, {@code answer} and {@code label}, from 0 to 1
   * or true and false, in each line.
   *
   * @throws TreadleException where the file has no such line, or the gateway does not answer
   */
  public JudgeReport run(Path file) {
    List<JudgeReport.Case> cases = new ArrayList<>();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          graded(client, line, cases.size()).ifPresent(cases::add);
        }
      }
    } catch (IOException e) {
      throw AppError.NOT_FOUND.because(file + " cannot be read: " + e.getMessage(), e);
    }
    if (cases.isEmpty()) {
      throw AppError.NOT_FOUND.because(
          file
              + " has no line with a question, an answer and a label"
              + (leftOut.isEmpty() ? "" : ": " + leftOut));
    }
    return JudgeReport.of(cases);
  }

  private Optional<JudgeReport.Case> graded(HttpClient client, String line, int before) {
    JsonNode json;
    try {
      json = Json.read(line.getBytes(StandardCharsets.UTF_8));
    } catch (TreadleException e) {
      return leftOut("not_json");
    }
    String answer = json.path("answer").asString("");
    Optional<Boolean> label = label(json.path("label"));
    if (json.path("question").asString("").isBlank() || answer.isBlank() || label.isEmpty()) {
      return leftOut("no_question_answer_or_label");
    }
    if (before == MOST) {
      return leftOut("too_many");
    }
    double grade = grade(client, json.path("question").asString(""), answer);
    return Optional.of(new JudgeReport.Case(grade, label.get(), answer.length()));
  }

  private Optional<JudgeReport.Case> leftOut(String reason) {
    leftOut.merge(reason, 1L, Long::sum);
    return Optional.empty();
  }

  /** Good from half of the scale on. */
  private static Optional<Boolean> label(JsonNode label) {
    if (label.isBoolean()) {
      return Optional.of(label.booleanValue());
    }
    boolean isShare = label.isNumber() && label.doubleValue() >= 0 && label.doubleValue() <= 1;
    return isShare ? Optional.of(label.doubleValue() >= 0.5) : Optional.empty();
  }

  private double grade(HttpClient client, String question, String answer) {
    ObjectNode body =
        Json.object().put("question", question).put("answer", answer).put("method", "judge");
    HttpRequest request =
        HttpRequest.newBuilder(gateway.resolve("/v1/evaluate"))
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .header("authorization", "Bearer " + key.value())
            .header("x-treadle-purpose", "evaluation")
            .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body)))
            .build();
    try {
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw AppError.NO_ANSWER.because(
            gateway
                + " answered "
                + response.statusCode()
                + ": "
                + Json.read(response.body()).at("/error/message").asString("no reason given"));
      }
      return Json.read(response.body()).path("score").asDouble(-1);
    } catch (IOException e) {
      throw AppError.NO_ANSWER.because(gateway + " does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AppError.NO_ANSWER.because("interrupted while the judge was asked", e);
    }
  }
}
